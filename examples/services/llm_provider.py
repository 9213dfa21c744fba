"""One client for Claude, Ollama and OpenAI that goes on with the next where one does not answer.

    from services.llm_provider import UnifiedLLMClient

    client = UnifiedLLMClient()
    print(client.providers['claude'].config.model)
    print(client.chat("Name a lighthouse.").text)

Whom to ask comes from the environment: LLM_DEFAULT_PROVIDER (claude, ollama or openai) goes first,
and with LLM_FAILOVER_ENABLED=true the others follow. Where the environment leads to llmsel's gateway
it alone is asked, since it has a chain of its own. Python 3.8+, standard library only.
"""

import http.client
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

ORDER = ("claude", "ollama", "openai")
DEFAULT_MODELS = {"claude": "claude-sonnet-5-5", "ollama": "llama3.2", "openai": "gpt-6-sol"}
# An answer that comes in one piece says nothing until it is whole.
TIMEOUT_SECONDS = 600
MAX_REPLY_BYTES = 64 << 20
MAX_TOKENS = 4096


class LLMError(Exception):
    """No model has answered. Holds no key, whatever a provider's words held."""

    def __init__(self, message, status=None, attempts=()):
        super().__init__(message)
        self.status = status
        self.attempts = list(attempts)


class Config:
    """What is asked for, and where; the key is not shown when it is printed."""

    def __init__(self, model, base_url, headers):
        self.model, self.base_url, self._headers = model, base_url, headers

    def __repr__(self):
        return "Config(model=%r)" % self.model


class Reply:
    """An answer: `text`, who gave it, and its tokens as (in, out), each None where it is unknown."""

    def __init__(self, text, provider, model, usage):
        self.text, self.provider, self.model, self.usage = text, provider, model, usage

    def __repr__(self):
        return "Reply(text=%r, provider=%r, model=%r)" % (self.text, self.provider, self.model)


class _Failure(Exception):
    """One provider did not answer; `moves_on` tells whether another may."""

    def __init__(self, message, status=None, moves_on=True):
        super().__init__(message)
        self.status, self.moves_on = status, moves_on


# --- the providers ---------------------------------------------------------------------------


class Provider:
    """One provider's address, key, and way to ask."""

    name, path = "", ""

    def __init__(self, config, not_ready=None):
        self.config = config
        # Why it cannot be asked; None where it can.
        self.not_ready = not_ready

    def body(self, messages, max_tokens):
        raise NotImplementedError

    def read(self, answer):
        """(text, model, tokens in, tokens out); KeyError and the like for what is no answer."""
        raise NotImplementedError

    def ask(self, messages, max_tokens):
        body = dict(self.body(messages, max_tokens), model=self.config.model)
        headers = {"content-type": "application/json", "user-agent": "llmsel-example"}
        headers.update(self.config._headers)
        target, content = _post(self.config.base_url + self.path, headers, body)
        try:
            text, model, tokens_in, tokens_out = self.read(json.loads(content.decode()))
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise _Failure("its answer is none of its format") from error
        # A gateway says who it was.
        provider, _, named = (target or "").partition("/")
        if provider in ORDER and named:
            return Reply(text, provider, named, (tokens_in, tokens_out))
        return Reply(text, self.name, model, (tokens_in, tokens_out))


class Claude(Provider):
    name, path = "claude", "/v1/messages"

    def body(self, messages, max_tokens):
        system = [m["content"] for m in messages if m["role"] == "system"]
        rest = [m for m in messages if m["role"] != "system"]
        body = {"messages": rest, "max_tokens": max_tokens}
        return dict(body, system="\n\n".join(system)) if system else body

    def read(self, answer):
        usage = answer.get("usage", {})
        text = "".join(b["text"] for b in answer["content"] if b.get("type") == "text")
        # What was read from or written to a cache is counted apart there.
        counts = [usage.get(name) for name in
                  ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")]
        tokens_in = None if counts[0] is None else sum(count or 0 for count in counts)
        return text, answer.get("model", self.config.model), tokens_in, usage.get("output_tokens")


class Ollama(Provider):
    name, path = "ollama", "/api/chat"

    def body(self, messages, max_tokens):
        # A prompt that does not fit is to be refused, not cut without a word.
        return {"messages": messages, "stream": False, "truncate": False,
                "options": {"num_predict": max_tokens, "num_ctx": _window(messages, max_tokens)}}

    def read(self, answer):
        return (answer["message"]["content"], answer.get("model", self.config.model),
                answer.get("prompt_eval_count"), answer.get("eval_count"))


class OpenAI(Provider):
    name, path = "openai", "/chat/completions"

    def body(self, messages, max_tokens):
        return {"messages": messages, "max_completion_tokens": max_tokens}

    def read(self, answer):
        usage = answer.get("usage") or {}
        message = answer["choices"][0]["message"]
        return (message["content"] or message.get("refusal") or "",
                answer.get("model", self.config.model),
                usage.get("prompt_tokens"), usage.get("completion_tokens"))


def _window(messages, max_tokens):
    """Rather too long than too short, in steps that double: another window loads the model anew."""
    needed = max_tokens + sum(8 + len(m["content"].encode()) // 3 for m in messages)
    window = 4096
    while window < needed:
        window *= 2
    return window


# --- the request -----------------------------------------------------------------------------


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key along."""

    def redirect_request(self, *_):
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
_OWN_FAULT = (400, 413, 422)


def _post(url, headers, body):
    """(who answered, where a gateway says so; the answer's bytes)."""
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as response:
            content = response.read(MAX_REPLY_BYTES)
            return response.headers.get("x-llmsel-target"), content
    except urllib.error.HTTPError as error:
        with error:
            said = _said(error)
        # An account without credit is refused in the words of a bad request.
        billing = any(word in said.lower() for word in ("credit balance", "quota", "billing"))
        raise _Failure("answered %d: %s" % (error.code, said), error.code,
                       error.code not in _OWN_FAULT or billing) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        words = getattr(reason, "strerror", None) or type(reason).__name__
        raise _Failure("does not answer: %s" % words) from None


def _said(error):
    try:
        said = json.loads(error.read(1 << 20).decode())["error"]
        return str(said["message"] if isinstance(said, dict) else said)
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return http.client.responses.get(error.code, "no reason given")


# --- the environment -------------------------------------------------------------------------


def _is_gateway(url):
    return re.match(r"http://127\.0\.0\.1:\d+/s/llmsel-", url) is not None


def ollama_url(value):
    """OLLAMA_HOST as its own clients read it: `host`, `host:port`, `:port` or a URL."""
    bare = "://" not in value
    parts = urllib.parse.urlsplit("http://" + value if bare else value)
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(
        parts.hostname or "", parts.hostname)
    port = parts.port or (11434 if bare else {"http": 80, "https": 443}[parts.scheme])
    shown = "[%s]" % host if ":" in host else host
    return "%s://%s:%d%s" % (parts.scheme, shown, port, parts.path.rstrip("/"))


def _providers(get, gateway):
    """Each by its name, whether it can be asked or not."""
    local = get("LLM_DEFAULT_PROVIDER").lower() == "ollama"
    named = {"claude": get("CLAUDE_MODEL"),
             "ollama": get("LLMSEL_MODEL") if local else "",
             "openai": "" if local else get("OPENAI_MODEL")}
    key, bearer, openai_key = (
        get("ANTHROPIC_API_KEY"), get("ANTHROPIC_AUTH_TOKEN"), get("OPENAI_API_KEY"))
    claude_base = get("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"
    places = {
        "claude": (gateway or claude_base, {"x-api-key": key} if key else
                   {"authorization": "Bearer " + bearer} if bearer else {}),
        "ollama": (gateway or ollama_url(get("OLLAMA_HOST")), {}),
        "openai": (gateway + "/v1" if gateway else get("OPENAI_BASE_URL") or "https://api.openai.com/v1",
                   {"authorization": "Bearer " + openai_key} if openai_key else {}),
    }
    kinds = {"claude": Claude, "ollama": Ollama, "openai": OpenAI}
    providers = {}
    for name in ORDER:
        base, headers = places[name]
        lacks = not headers and name != "ollama" and not gateway
        if gateway:
            # The token in its path is all that it asks for.
            headers = {}
        if name == "claude":
            headers = dict(headers, **{"anthropic-version": "2023-06-01"})
        base = base.rstrip("/")
        if name == "claude" and base.endswith("/v1"):
            base = base[:-3]
        config = Config(named[name] or DEFAULT_MODELS[name], base, headers)
        providers[name] = kinds[name](config, "no key in this environment" if lacks else None)
    return providers


class UnifiedLLMClient:
    """Reads the environment once; `providers` has each provider's `config.model`."""

    def __init__(self, env=None):
        env = os.environ if env is None else env

        def get(name):
            return env.get(name, "").strip()

        first = get("LLM_DEFAULT_PROVIDER").lower() or "claude"
        if first not in ORDER:
            raise ValueError("LLM_DEFAULT_PROVIDER is %r; it takes %s" % (first, ", ".join(ORDER)))
        bases = {"claude": "ANTHROPIC_BASE_URL", "ollama": "OLLAMA_HOST", "openai": "OPENAI_BASE_URL"}
        urls = [url.rstrip("/") for url in (get("LLMSEL_GATEWAY_URL"), get(bases[first]))]
        gateway = next((url for url in urls if _is_gateway(url)), "")
        gateway = gateway[:-3] if gateway.endswith("/v1") else gateway
        failover = get("LLM_FAILOVER_ENABLED").lower() in ("1", "true", "yes", "on") and not gateway
        self.providers = _providers(get, gateway)
        self._order = [first] + [name for name in ORDER if name != first and failover]
        keys = [get(name) for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY")]
        self._secrets = [secret for secret in keys + [gateway] if secret]

    def chat(self, messages, max_tokens=MAX_TOKENS):
        """The Reply of the first provider that gives one; messages are a prompt, or a list of
        {"role": "system" | "user" | "assistant", "content": "…"}. Raises LLMError."""
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        failures = []
        for name in self._order:
            provider = self.providers[name]
            try:
                if provider.not_ready:
                    raise _Failure(provider.not_ready)
                return provider.ask(messages, max_tokens)
            except _Failure as failure:
                failures.append((name, failure))
                if not failure.moves_on:
                    break
        asked = [failure for _, failure in failures if failure.status is not None]
        attempts = [self._redacted("%s/%s %s" % (name, self.providers[name].config.model, failure))
                    for name, failure in failures]
        raise LLMError("; ".join(attempts), asked[0].status if asked else None, attempts)

    def _redacted(self, text):
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text
