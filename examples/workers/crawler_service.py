#!/usr/bin/env python3
"""Crawls a folder of pages and has a language model summarise each one.

The folder is served by this program itself, on a free loopback port. Which model to ask, and
where, comes from the environment alone; without an answering model the crawl goes on without
summaries. Python 3.8+, standard library only.
"""

import argparse
import functools
import html.parser
import http.client
import http.server
import json
import os
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
import urllib.parse

MAX_PAGES = 200
MAX_PAGE_BYTES = 2_000_000
PROMPT_CHARACTERS = 4000
CONNECT_SECONDS = 2
TOTAL_SECONDS = 30
OLLAMA_PORT = 11434


class Stopped(BaseException):
    """A signal asked for the end; not an Exception, so that no handler swallows it."""

    def __init__(self, signum):
        super().__init__(signum)
        self.signum = signum


class ModelProblem(Exception):
    """The model gave no summary, and why."""


# --- text ------------------------------------------------------------------------------------


def one_line(text, limit=200):
    """Text from elsewhere, fit for a terminal: no line breaks, no escape sequences."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def log(text):
    print(text, flush=True)


def count(number, noun):
    return "%d %s%s" % (number, noun, "" if number == 1 else "s")


class Page(html.parser.HTMLParser):
    """The title, the links and the visible text of one page."""

    SILENT = ("script", "style", "title")

    def __init__(self, source):
        super().__init__()
        self.title, self.links, self._words, self._inside = "", [], [], []
        self.feed(source)
        self.close()

    @property
    def text(self):
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag, attrs):
        if tag in self.SILENT:
            self._inside.append(tag)
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.links.append(href)

    def handle_endtag(self, tag):
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data):
        if "title" in self._inside:
            self.title += data
        elif not self._inside:
            self._words.append(data)


# --- the model -------------------------------------------------------------------------------


def request(method, url, body=None, headers=None):
    """(status, content type, body) of one request; redirects are not followed."""
    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=CONNECT_SECONDS)
    with time_limit(TOTAL_SECONDS):
        try:
            connection.connect()
            connection.sock.settimeout(TOTAL_SECONDS)
            path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            content = response.read(MAX_PAGE_BYTES)
            return response.status, response.getheader("content-type", ""), content
        finally:
            connection.close()


class time_limit:
    """A ceiling on the whole of a request: socket timeouts only limit each wait in it."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, self.expire)
            signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_):
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)

    def expire(self, *_):
        raise socket.timeout("no answer within %d s" % self.seconds)


def origin(url):
    """Scheme, host and port: all that a log may hold of a URL that can carry a token."""
    parts = urllib.parse.urlsplit(url)
    host = "[%s]" % parts.hostname if ":" in (parts.hostname or "") else parts.hostname
    return "%s://%s%s" % (parts.scheme, host, "" if parts.port is None else ":%d" % parts.port)


def ollama_url(value):
    """OLLAMA_HOST as its own clients read it: `host`, `host:port`, `:port` or a URL."""
    bare = "://" not in value
    parts = urllib.parse.urlsplit("http://" + value if bare else value)
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(
        parts.hostname or "", parts.hostname
    )
    port = parts.port or (OLLAMA_PORT if bare else None)
    shown = "[%s]" % host if ":" in host else host
    return "%s://%s%s%s" % (parts.scheme, shown, ":%d" % port if port else "", parts.path)


def anthropic_call(env, model, prompt):
    headers = {"anthropic-version": "2023-06-01"}
    if env.get("ANTHROPIC_API_KEY"):
        headers["x-api-key"] = env["ANTHROPIC_API_KEY"]
    if env.get("ANTHROPIC_AUTH_TOKEN"):
        headers["authorization"] = "Bearer " + env["ANTHROPIC_AUTH_TOKEN"]
    body = {"model": model, "max_tokens": 200, "messages": [{"role": "user", "content": prompt}]}
    return "/v1/messages", headers, body


def anthropic_text(answer):
    return " ".join(b["text"] for b in answer["content"] if b.get("type") == "text")


def ollama_call(_env, model, prompt):
    messages = [{"role": "user", "content": prompt}]
    return "/api/chat", {}, {"model": model, "stream": False, "messages": messages}


def ollama_text(answer):
    return answer["message"]["content"]


class Model:
    """One-line summaries from where the environment says; gives up at the first failure."""

    def __init__(self, env):
        self.name = env.get("CLAUDE_MODEL") or env.get("LLMSEL_MODEL")
        self.provider = env.get("LLM_DEFAULT_PROVIDER")
        self.failover = env.get("LLM_FAILOVER_ENABLED", "").lower() in ("1", "true", "yes", "on")
        self.problem = None
        self._env = env
        self._url, self._variable, self._call, self._text = None, None, None, None
        self._find()

    def _find(self):
        base, host = self._env.get("ANTHROPIC_BASE_URL"), self._env.get("OLLAMA_HOST")
        try:
            if base:
                self._variable, self._call, self._text = (
                    "ANTHROPIC_BASE_URL", anthropic_call, anthropic_text)
                self._url = checked_url(base)
            elif host:
                self._variable, self._call, self._text = "OLLAMA_HOST", ollama_call, ollama_text
                self._url = checked_url(ollama_url(host))
        except ValueError:
            self._give_up("%s is not a URL that can be asked" % self._variable)
            return
        if self._url is None:
            self._give_up("neither ANTHROPIC_BASE_URL nor OLLAMA_HOST is set, so no model is asked")
        elif not self.name:
            self._give_up("neither CLAUDE_MODEL nor LLMSEL_MODEL is set, so no model is asked")

    @property
    def where(self):
        return None if self._url is None else origin(self._url)

    def summary(self, page):
        """A line, or None when there is no model to ask any more."""
        if self.problem is not None:
            return None
        try:
            return self._ask(page)
        except ModelProblem as problem:
            self._give_up("%s at %s (%s) %s" % (self.name, self.where, self._variable, problem))
            return None

    def _ask(self, page):
        prompt = "Summarise this page in one plain line of at most 20 words.\n\n%s\n\n%s" % (
            page.title.strip(), page.text[:PROMPT_CHARACTERS])
        path, headers, body = self._call(self._env, self.name, prompt)
        headers = dict(headers, **{"content-type": "application/json"})
        try:
            status, _, content = request(
                "POST", self._url + path, json.dumps(body).encode(), headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ModelProblem("does not answer: %s" % self._reason(error)) from error
        if status != 200:
            raise ModelProblem("answered %d%s" % (status, self._said(content)))
        try:
            return one_line(self._text(json.loads(content.decode())), 300) or None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelProblem("answered with something that is no reply of its API") from error

    def _reason(self, error):
        if isinstance(error, socket.timeout):
            return str(error) if "within" in str(error) else "timed out"
        if isinstance(error, ssl.SSLError):
            return "TLS: " + (error.reason or "failed")
        return self._redacted(getattr(error, "strerror", None) or type(error).__name__)

    def _said(self, content):
        """The message inside an error body, of either API; its bodies may repeat a key."""
        try:
            error = json.loads(content.decode())["error"]
            message = error["message"] if isinstance(error, dict) else error
            return ": " + self._redacted(str(message)) if message else ""
        except (ValueError, KeyError, TypeError):
            return ""

    def _redacted(self, text):
        for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"):
            text = text.replace(self._env.get(name) or "\0", "…")
        return one_line(text)

    def _give_up(self, problem):
        self.problem = problem
        log("no summaries: %s; going on without them" % problem)


def checked_url(url):
    """The URL without its last slash; ValueError unless it is http(s) with a host and a port."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(url)
    url.encode("ascii")
    return url.rstrip("/")


# --- the crawl -------------------------------------------------------------------------------


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def list_directory(self, _path):
        self.send_error(404)


class serve:
    """The pages on a free loopback port; gives its origin."""

    def __init__(self, folder):
        handler = functools.partial(QuietHandler, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return "http://127.0.0.1:%d" % self.server.server_address[1]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Crawl:
    """What was found so far; it can be reported at any moment."""

    def __init__(self, base, model, delay):
        self.base, self.model, self.delay = base, model, delay
        self.pages, self.broken, self.external = [], [], []
        self.linked_from = {"/index.html": []}

    def run(self):
        waiting = ["/index.html"]
        while waiting and len(self.pages) + len(self.broken) < MAX_PAGES:
            if self.pages and self.delay:
                time.sleep(self.delay)
            waiting.extend(self.visit(waiting.pop(0)))

    def visit(self, path):
        """Reads one page; gives the paths that it is the first to name."""
        status, kind, content = request("GET", self.base + path)
        if status != 200:
            self.broken.append({"path": path, "status": status, "linked_from": self.linked_from[path]})
            log("%d %s  linked from %s" % (status, path, ", ".join(self.linked_from[path])))
            return []
        page = Page(content.decode("utf-8", "replace") if "html" in kind else "")
        found = self.follow(path, page.links)
        title = one_line(page.title) or path
        entry = {"path": path, "status": status, "title": title, "bytes": len(content)}
        self.pages.append(dict(entry, links=len(page.links), summary=None))
        summary = self.model.summary(page)
        self.pages[-1]["summary"] = summary
        log("%d %s  %s, %s%s" % (
            status, path, title, count(len(page.links), "link"), "" if not summary else ": " + summary))
        return found

    def follow(self, path, links):
        found = []
        for link in links:
            try:
                target = urllib.parse.urlsplit(urllib.parse.urljoin(self.base + path, link))
            except ValueError:
                continue
            if target.scheme not in ("http", "https"):
                continue
            if "%s://%s" % (target.scheme, target.netloc) != self.base:
                if target.geturl() not in self.external:
                    self.external.append(target.geturl())
                continue
            to = urllib.parse.quote(target.path or "/", safe="/%")
            to = to + "index.html" if to.endswith("/") else to
            if to not in self.linked_from:
                self.linked_from[to] = []
                found.append(to)
            if path not in self.linked_from[to]:
                self.linked_from[to].append(path)
        return found


def write_report(path, report):
    """Whole or not at all: whoever reads it never sees half of one."""
    folder, name = os.path.split(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(prefix="." + name + ".", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=2, ensure_ascii=False)
            file.write("\n")
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def report_of(crawl, started, complete):
    model = crawl.model
    return {
        "model": model.name,
        "provider": model.provider,
        "failover": model.failover,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "seconds": round(time.time() - started, 3),
        "complete": complete,
        "pages": crawl.pages,
        "broken": crawl.broken,
        "external": crawl.external,
        "summaries": {
            "asked": model.where,
            "written": sum(1 for page in crawl.pages if page["summary"]),
            "problem": model.problem,
        },
    }


def arguments(argv):
    parser = argparse.ArgumentParser(
        description="Crawl a folder of HTML pages and have the session's model summarise each.",
        epilog="The model comes from CLAUDE_MODEL (else LLMSEL_MODEL) and LLM_DEFAULT_PROVIDER; it is"
        " asked at ANTHROPIC_BASE_URL, else at OLLAMA_HOST, and nowhere when neither is set.",
    )
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--pages", metavar="DIR", default=os.path.join(here, "site"),
                        help="the folder to crawl, from its index.html (default: the one beside this file)")
    parser.add_argument("--report", metavar="PATH", default="crawler_report.json",
                        help="the JSON report to write (default: %(default)s)")
    parser.add_argument("--delay", metavar="SECONDS", type=float, default=0.0,
                        help="how long to wait between two pages (default: 0)")
    options = parser.parse_args(argv)
    if not 0 <= options.delay <= 3600:
        parser.error("--delay takes 0 to 3600 seconds")
    if not os.path.isfile(os.path.join(options.pages, "index.html")):
        parser.error("no index.html in %s" % options.pages)
    if not os.path.isdir(os.path.dirname(os.path.abspath(options.report))):
        parser.error("no folder for the report %s" % options.report)
    return options


def stop(signum, _frame):
    raise Stopped(signum)


def main(argv):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    options = arguments(argv)
    ending = [signal.SIGTERM, signal.SIGINT] + ([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])
    started, crawl, code = time.time(), None, 0
    try:
        for signum in ending:
            signal.signal(signum, stop)
        model_line(os.environ)
        with serve(options.pages) as base:
            log("serving %s at %s" % (options.pages, base))
            crawl = Crawl(base, Model(os.environ), options.delay)
            crawl.run()
    except Stopped as stopped:
        code = 128 + stopped.signum
    for signum in ending:
        signal.signal(signum, signal.SIG_IGN)
    if crawl is None:
        return code
    try:
        write_report(options.report, report_of(crawl, started, code == 0))
    except OSError as error:
        print("cannot write %s: %s" % (options.report, error.strerror), file=sys.stderr)
        return code or 1
    log("%s: %s, %s, %s not followed; report %s" % (
        "done" if code == 0 else "stopped by a signal", count(len(crawl.pages), "page"),
        count(len(crawl.broken), "broken link"), count(len(crawl.external), "external link"),
        options.report))
    return code


def model_line(env):
    log("model %s provider %s failover %s" % (
        one_line(env.get("CLAUDE_MODEL") or env.get("LLMSEL_MODEL") or "(none set)"),
        one_line(env.get("LLM_DEFAULT_PROVIDER") or "(none set)"),
        one_line(env.get("LLM_FAILOVER_ENABLED") or "(not set)")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
