import {
  anthropicError,
  anthropicMessage,
  anthropicStream,
  chatCompletion,
  json,
  stream,
  type Received,
  type Script,
} from './fake-upstream.ts'

/** One attempt as its provider would bill it, counted and priced here and not by the product. */
export interface Billed {
  readonly model: string
  readonly outcome: string
  readonly mark: 'final' | 'partial'
  /** Input, cache read, 5 min write, 1 h write, output, searches. */
  readonly tokens: readonly number[]
  readonly pico: bigint
}

/** Pico-dollars a token, in the order of `tokens`; the last is a search. */
const SEARCH = 10_000_000_000n
const PRICES: Readonly<Record<string, (prompt: number) => readonly bigint[]>> = {
  'claude-haiku-5-5': (prompt) =>
    prompt > 100_000
      ? [500_000n, 50_000n, 625_000n, 1_000_000n, 2_500_000n, SEARCH]
      : [100_000n, 10_000n, 125_000n, 200_000n, 500_000n, SEARCH],
  'claude-sonnet-5-5': () => [2_000_000n, 100_000n, 2_500_000n, 4_000_000n, 10_000_000n, SEARCH],
  'gpt-6-sol': (prompt) =>
    prompt > 272_000
      ? [4_000_000n, 400_000n, 5_000_000n, 0n, 15_000_000n, 0n]
      : [2_000_000n, 200_000n, 2_500_000n, 0n, 10_000_000n, 0n],
  'llama3.2': () => [0n, 0n, 0n, 0n, 0n, 0n],
}

export function bill(
  model: string,
  tokens: readonly number[],
  more: Partial<Pick<Billed, 'mark' | 'outcome'>> & { readonly usOnly?: boolean } = {},
): Billed {
  const prompt = tokens.slice(0, 4).reduce((sum, count) => sum + count, 0)
  const prices = PRICES[model]?.(prompt) ?? []
  const cost = tokens.map((count, index) => BigInt(count) * (prices[index] ?? 0n))
  const ofTokens = cost.slice(0, 5).reduce((sum, part) => sum + part, 0n)
  // All of them are even tens, so that a tenth more is whole.
  const pico = (more.usOnly === true ? (ofTokens * 11n) / 10n : ofTokens) + (cost[5] ?? 0n)
  return { model, outcome: more.outcome ?? 'answered', mark: more.mark ?? 'final', tokens, pico }
}

const NOTHING = [0, 0, 0, 0, 0, 0]

interface Asked {
  readonly model: string
  readonly stream?: boolean
}

export function askedIn({ body }: Received): Asked {
  return JSON.parse(body)
}

/** A whole number below the bound. */
export type Draw = (below: number) => number

/** Claude in each of its ways, noting what it bills. */
export function claudeBills(draw: Draw, billed: Billed[]): Script {
  return (response, request) => {
    const asked = askedIn(request)
    const way = draw(20)
    if (way < 2) {
      const overloads = way === 1
      billed.push(
        bill(asked.model, NOTHING, { outcome: overloads ? 'overloaded' : 'server-error' }),
      )
      const type = overloads ? 'overloaded_error' : 'api_error'
      return json(overloads ? 529 : 500, anthropicError(type, 'not now'))(response, request)
    }
    const long = draw(30) === 0
    const tokens = [draw(900), draw(9000), draw(500), draw(300), 10 * (1 + draw(80)), draw(3)]
    if (long) tokens[1] = 120_000 + draw(9)
    const usOnly = draw(8) === 0
    const usage = anthropicUsage(tokens, usOnly)
    if (asked.stream === true && way === 2)
      return cut(asked, tokens, usOnly, billed)(response, request)
    billed.push(bill(asked.model, tokens, { usOnly }))
    const said = anthropicMessage('well', asked.model)
    if (asked.stream !== true) return json(200, { ...said, usage })(response, request)
    const events = anthropicStream('well')
    const texts = events.map((text) =>
      text
        .replace('"model":"claude-haiku-5-5"', `"model":"${asked.model}"`)
        .replace(
          '{"input_tokens":25,"output_tokens":1}',
          JSON.stringify({ ...usage, output_tokens: 1 }),
        )
        .replace('{"output_tokens":15}', JSON.stringify({ output_tokens: tokens[4] })),
    )
    return stream(texts)(response, request)
  }
}

/** After its start and 12 letters, which are three tokens. */
function cut(asked: Asked, tokens: readonly number[], usOnly: boolean, billed: Billed[]): Script {
  const usage = anthropicUsage(tokens, usOnly)
  const counted = [...tokens.slice(0, 4), 3, tokens[5] ?? 0]
  billed.push(bill(asked.model, counted, { mark: 'partial', outcome: 'cut-short', usOnly }))
  const [start = '', ...rest] = anthropicStream('twelve chars')
  const first = start
    .replace('"model":"claude-haiku-5-5"', `"model":"${asked.model}"`)
    .replace(
      '{"input_tokens":25,"output_tokens":1}',
      JSON.stringify({ ...usage, output_tokens: 1 }),
    )
  return stream([first, ...rest.slice(0, 2)], 'destroy')
}

function anthropicUsage(tokens: readonly number[], usOnly: boolean): object {
  const [input = 0, read = 0, write5m = 0, write1h = 0, output = 0, searches = 0] = tokens
  return {
    input_tokens: input,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: write5m + write1h,
    cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    output_tokens: output,
    server_tool_use: { web_search_requests: searches },
    service_tier: 'standard',
    ...(usOnly ? { inference_geo: 'us' } : {}),
  }
}

/** OpenAI's Chat Completions, whose prompt includes what was cached. */
export function openaiBills(draw: Draw, billed: Billed[]): Script {
  return (response, request) => {
    const asked = askedIn(request)
    const cached = draw(400)
    const tokens = [draw(900), cached, 0, 0, 1 + draw(90), 0]
    billed.push(bill(asked.model, tokens))
    const usage = {
      prompt_tokens: (tokens[0] ?? 0) + cached,
      completion_tokens: tokens[4],
      prompt_tokens_details: { cached_tokens: cached },
    }
    const said = { ...chatCompletion('well', asked.model), usage }
    if (asked.stream !== true) return json(200, said)(response, request)
    const chunk = (rest: object) =>
      `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: asked.model, ...rest })}\n\n`
    return stream([
      chunk({
        choices: [{ index: 0, delta: { role: 'assistant', content: 'well' }, finish_reason: null }],
      }),
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
      chunk({ choices: [], usage }),
      'data: [DONE]\n\n',
    ])(response, request)
  }
}
