import { expect, test } from 'vitest'
import { ask, limited, ollama, ollamaReply, overloaded } from '../support/ask.ts'
import {
  anthropicMessage,
  anthropicStream,
  chatCompletion,
  dead,
  hang,
  json,
  stream,
  type Script,
} from '../support/fake-upstream.ts'
import { testGateway } from '../support/gateway.ts'

const SEEDS = [1, 20, 300]
const CLIENTS = 50
const EACH = 8
const MARK = /mark-\d+-\d+/

/** Mulberry32: the same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Each request is answered in another way, most of them badly; `mark` is in every good answer. */
function moods(next: () => number, good: (mark: string) => Script, wholly: boolean): Script {
  const bad: readonly Script[] = [
    limited,
    overloaded,
    dead,
    hang,
    json(500, 'oops'),
    json(200, '<html>'),
    stream(anthropicStream('cut').slice(0, 3), 'destroy'),
    stream(anthropicStream('silent').slice(0, 2), 'hang'),
  ]
  return (response, request) => {
    const mark = MARK.exec(request.body)?.[0] ?? ''
    const pick = Math.floor(next() * (wholly ? bad.length : bad.length * 2))
    return (bad[pick] ?? good(mark))(response, request)
  }
}

const claudeSays =
  (mark: string): Script =>
  (response, request) =>
    (request.body.includes('"stream":true')
      ? stream(anthropicStream('so ', mark))
      : json(200, anthropicMessage(mark)))(response, request)

interface Got {
  readonly mark: string
  readonly status: number
  readonly text: string
}

async function client(base: string, id: number, next: () => number): Promise<Got[]> {
  const all: Got[] = []
  for (let i = 0; i < EACH; i++) {
    const mark = `mark-${id}-${i}`
    const messages = [{ role: 'user', content: mark }]
    const body = { model: 'claude-haiku-5-5', max_tokens: 9, messages, stream: next() < 0.5 }
    const reply = await ask(base, body)
    all.push({ mark, status: reply.status, text: await reply.text() })
  }
  return all
}

/** `answer`: whole, and with this request's own mark once. `error`: one that says so. */
function kindOf({ mark, status, text }: Got): string {
  const isStream = text.startsWith('event:')
  const errors = text.split('"type":"error"').length - 1
  if (status !== 200) return text.length > 0 ? 'error' : `an empty ${status}`
  if (errors > 0) return isStream && errors === 1 && !text.includes('message_stop') ? 'error' : text
  const stops = text.split(isStream ? 'event: message_stop' : '"stop_reason":"end_turn"').length - 1
  const marks = [...text.matchAll(new RegExp(MARK, 'g'))].map(([found]) => found)
  return stops === 1 && marks.every((found) => found === mark) && marks.length <= 1
    ? 'answer'
    : text
}

test.each(SEEDS)(
  'whatever upstreams do, each request ends in one answer or one error (seed %i)',
  async (seed) => {
    const next = random(seed)
    const gateway = await testGateway({
      failover: { silenceMs: 150, loadingMs: 150, wholeMs: 150 },
      claude: moods(next, claudeSays, false),
      ollama: ollama(moods(next, () => ollamaReply, false)),
      openai: moods(next, (mark) => json(200, chatCompletion(mark)), true),
    })
    try {
      const turns = setInterval(() => {
        gateway.clock.nowMs += 5000
      }, 20)
      const base = gateway.base('budget')
      const ids = Array.from({ length: CLIENTS }, (_, id) => id)
      const all = (await Promise.all(ids.map((id) => client(base, id, next)))).flat()
      clearInterval(turns)
      const kinds = all.map(kindOf)
      expect(kinds.filter((kind) => kind !== 'answer' && kind !== 'error')).toEqual([])
      // How many are too slow depends on the machine.
      expect(kinds.filter((kind) => kind === 'answer').length).toBeGreaterThan(CLIENTS / 10)
      // No hop is asked for one request more often than once and its one retry.
      for (const { received } of [gateway.claude, gateway.ollama, gateway.openai]) {
        const times = new Map<string, number>()
        for (const { body } of received) {
          const [mark = 'none'] = MARK.exec(body) ?? []
          if (mark !== 'none') times.set(mark, (times.get(mark) ?? 0) + 1)
        }
        expect(Math.max(0, ...times.values())).toBeLessThanOrEqual(2)
      }
      // All is well again: the circuits find out by themselves.
      gateway.claude.answer(json(200, anthropicMessage('well')))
      gateway.clock.nowMs += 3_600_000
      for (let i = 0; i < 12; i++) {
        const messages = [{ role: 'user', content: `after ${i}` }]
        await (await ask(base, { model: 'claude-haiku-5-5', max_tokens: 9, messages })).text()
      }
      const circuits = await fetch(`${base}/api/llm/circuits`)
      const { circuits: rows } = (await circuits.json()) as {
        circuits: { target: string; state: string; lastOutcome: string }[]
      }
      expect(rows.find(({ target }) => target.startsWith('claude/'))).toMatchObject({
        state: 'closed',
        lastOutcome: 'answered',
      })
      expect(gateway.log.filter((line) => line.includes('internal error'))).toEqual([])
    } finally {
      await gateway.close()
    }
  },
)
