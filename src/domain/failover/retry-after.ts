/** A header by its lower-case name. */
export type HeaderLookup = (name: string) => string | undefined

const S = 1000
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: S,
  m: 60 * S,
  h: 3600 * S,
  d: 86_400 * S,
}

/** How long an upstream asks to be left alone, in ms; null: it does not say. */
export function retryAfterMs(headers: HeaderLookup, message: string, nowMs: number): number | null {
  return (
    millis(headers('retry-after-ms')) ??
    after(headers('retry-after'), nowMs) ??
    resetOf(headers, nowMs) ??
    hintIn(message)
  )
}

function millis(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,12}(\.\d+)?$/.test(text) ? Math.ceil(Number(text)) : null
}

/** Seconds, or an HTTP date. */
function after(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * S)
  // What V8 takes for a date is wide: "-5" is one.
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}

const RESETS = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const

/** Where a limit is used up, when it is full again: Anthropic says a time, OpenAI a duration. */
function resetOf(headers: HeaderLookup, nowMs: number): number | null {
  const waits = RESETS.flatMap((name) => {
    const used = [`anthropic-ratelimit-${name}`, `x-ratelimit`].map((prefix) =>
      prefix === 'x-ratelimit'
        ? {
            left: headers(`x-ratelimit-remaining-${name}`),
            at: headers(`x-ratelimit-reset-${name}`),
          }
        : { left: headers(`${prefix}-remaining`), at: headers(`${prefix}-reset`) },
    )
    return used.flatMap(({ left, at }) => {
      if (left !== '0' || at === undefined) return []
      const wait = duration(at) ?? after(at, nowMs)
      return wait === null ? [] : [wait]
    })
  })
  return waits.length === 0 ? null : Math.max(...waits)
}

/** `12ms`, `6m0s`, `1h2m`. */
function duration(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return null
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)]
  return Math.ceil(
    parts.reduce((sum, [, n, unit = 's']) => sum + Number(n) * (UNITS[unit] ?? S), 0),
  )
}

/** `"retryDelay": "34s"`, `try again in 20s`. */
function hintIn(message: string): number | null {
  const [, text] =
    /(?:retryDelay"?\s*:\s*"|try again in |retry after )(\d+(?:\.\d+)?\s*(?:ms|[smhd]))/i.exec(
      message.slice(0, 4000),
    ) ?? []
  return text === undefined ? null : duration(text.replace(/\s/g, '').toLowerCase())
}
