"""Asks through the official Python clients: a job is a line of JSON, and so is its result."""

import json
import sys

import anthropic
import openai

MODEL = "claude-haiku-5-5"
PROMPT = "How is the weather in Kiel?"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION = {"name": "weather", "description": "Of a city.", "parameters": SCHEMA}
MESSAGES = [{"role": "user", "content": PROMPT}]


def anthropic_said(message):
    return {
        "text": "".join(block.text for block in message.content if block.type == "text"),
        "calls": [{"name": block.name, "arguments": block.input}
                  for block in message.content if block.type == "tool_use"],
    }


def anthropic_whole(base, texts):
    return anthropic_said(anthropic.Anthropic(base_url=base, api_key="llmsel-s-none").messages.create(
        **anthropic_ask()))


def anthropic_streamed(base, texts):
    client = anthropic.Anthropic(base_url=base, api_key="llmsel-s-none")
    with client.messages.stream(**anthropic_ask()) as stream:
        for text in stream.text_stream:
            texts.append(text)
        return anthropic_said(stream.get_final_message())


def anthropic_ask():
    tool = {"name": "weather", "description": "Of a city.", "input_schema": SCHEMA}
    return {"model": MODEL, "max_tokens": 500, "messages": MESSAGES, "tools": [tool]}


def openai_client(base):
    return openai.OpenAI(base_url=base + "/v1", api_key="llmsel-s-none")


def chat_ask():
    return {"model": MODEL, "messages": MESSAGES, "tools": [{"type": "function", "function": FUNCTION}]}


def chat_whole(base, texts):
    message = openai_client(base).chat.completions.create(**chat_ask()).choices[0].message
    calls = [call.function for call in message.tool_calls or []]
    return {
        "text": message.content or "",
        "calls": [{"name": call.name, "arguments": json.loads(call.arguments)} for call in calls],
    }


def chat_streamed(base, texts):
    calls = []
    for chunk in openai_client(base).chat.completions.create(stream=True, **chat_ask()):
        delta = chunk.choices[0].delta if chunk.choices else None
        if delta is not None and delta.content:
            texts.append(delta.content)
        for call in (delta.tool_calls if delta is not None else None) or []:
            if call.index == len(calls):
                calls.append({"name": "", "arguments": ""})
            calls[call.index]["name"] += call.function.name or ""
            calls[call.index]["arguments"] += call.function.arguments or ""
    calls = [dict(call, arguments=json.loads(call["arguments"])) for call in calls]
    return {"text": "".join(texts), "calls": calls}


def responses_ask():
    return {"model": MODEL, "input": PROMPT, "store": False,
            "tools": [dict(FUNCTION, type="function", strict=False)]}


def responses_said(response):
    calls = [item for item in response.output if item.type == "function_call"]
    return {
        "text": response.output_text,
        "calls": [{"name": call.name, "arguments": json.loads(call.arguments)} for call in calls],
    }


def responses_whole(base, texts):
    return responses_said(openai_client(base).responses.create(**responses_ask()))


def responses_streamed(base, texts):
    with openai_client(base).responses.stream(**responses_ask()) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                texts.append(event.delta)
        return responses_said(stream.get_final_response())


def ask(job):
    texts = []
    try:
        return globals()[job["client"] + "_" + job["way"]](job["base"], texts)
    except Exception as error:
        return {"error": str(error), "type": type(error).__name__, "texts": texts}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(ask(json.loads(line))), flush=True)
