/** Where one listens that nobody told otherwise. */
export const OLLAMA_URL = 'http://127.0.0.1:11434'

const DEFAULT_PORT = 11_434
const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 }

/** On a server this names the address that it listens on, which no client can connect to. */
const LISTENING: Readonly<Record<string, string>> = {
  '': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '[::]': '[::1]',
}

/**
 * `OLLAMA_HOST` as Ollama's own clients read it: `host`, `host:port`, `:port`, an address, or a URL.
 * Without a trailing slash. https://github.com/ollama/ollama/blob/main/envconfig/config.go
 */
export function ollamaUrlOf(value: string): string {
  const text = value.trim().replace(/^["']|["']$/g, '')
  if (text === 'ollama.com') return 'https://ollama.com'
  const [, scheme, rest = ''] = /^(?:(https?):\/\/)?([^]*)$/.exec(text) ?? []
  const slash = rest.indexOf('/')
  const place = slash < 0 ? rest : rest.slice(0, slash)
  const path = slash < 0 ? '' : rest.slice(slash).replace(/\/+$/, '')
  const { host, port } = split(place)
  const fallback = scheme === undefined ? DEFAULT_PORT : PORTS[scheme]
  const shown = isPort(port) ? Number(port) : fallback
  return `${scheme ?? 'http'}://${LISTENING[host] ?? host}:${shown}${path}`
}

function split(place: string): { readonly host: string; readonly port: string } {
  // An IPv6 address that stands alone has no port.
  if (/^[\da-f]*:[\da-f]*:[\da-f:.]*$/i.test(place)) return { host: `[${place}]`, port: '' }
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::([^]*))?$/.exec(place) ?? []
  return { host, port }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}
