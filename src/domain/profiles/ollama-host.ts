const DEFAULT_PORT = 11434

/**
 * `OLLAMA_HOST` as Ollama's own programs read it (envconfig/config.go): `[scheme://]host[:port]`. The
 * server may be bound to every address; a client means this machine by that.
 */
export function ollamaOrigin(host: string | undefined): string | undefined {
  const text = host?.trim() ?? ''
  if (text === '') return undefined
  const [, scheme, rest = ''] = /^(?:(https?):\/\/)?(.*)$/.exec(text) ?? []
  const url = `${scheme ?? 'http'}://${rest}`
  if (!URL.canParse(url)) return undefined
  const parsed = new URL(url)
  if (scheme === undefined && parsed.port === '') parsed.port = String(DEFAULT_PORT)
  if (parsed.hostname === '0.0.0.0' || parsed.hostname === '[::]') parsed.hostname = '127.0.0.1'
  return parsed.href.replace(/\/+$/, '')
}
