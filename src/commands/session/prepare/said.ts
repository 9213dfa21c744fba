import { readinessOf, type Hop } from '../../../domain/failover/readiness.ts'
import { OLLAMA_URL } from '../../../domain/profiles/ollama-host.ts'
import type { Said, StandIns } from '../../../domain/sessions/prepared.ts'
import type { Run } from '../../../domain/sessions/session.ts'
import type { Streams } from '../../../ports.ts'
import type { LaunchRequest } from '../request.ts'
import { announcementOf, tellStarted, toldOf } from '../started.ts'

interface Told {
  readonly request: LaunchRequest
  readonly run: Run
  /** As it was found. */
  readonly chain: readonly Hop[]
  /** Null: no terminal is told. */
  readonly columns: number | null
  readonly isRouted: boolean
  readonly standIns: StandIns
}

/**
 * For each kind of reader, and for each answer of Ollama that says enough: what it has pulled a shell
 * does not find out. Null: that is more than what it answers now.
 */
export async function saidOf({ chain, ...told }: Told): Promise<Said[] | null> {
  const isKnown =
    !told.isRouted || chain.every(({ provider, ready }) => provider !== 'ollama' || ready)
  const answers = isKnown ? (['listens', 'silent'] as const) : (['silent'] as const)
  const chains = answers.map((ollama) => ({
    ollama,
    chain: chain.map((hop) => withOllama(hop, ollama, told.isRouted)),
  }))
  const isSure = chain.every((hop, index) => chains.some((each) => isSame(each.chain[index], hop)))
  if (!isSure) return null
  const said: Said[] = []
  for (const { ollama, chain: hops } of chains) {
    const all = { ...told, chain: hops }
    said.push({ ollama, to: 'pipe', ...(await saidTo(null, told.standIns.log, all)) })
    const { columns } = told
    if (columns === null) continue
    said.push({ ollama, to: 'terminal', ...(await saidTo(columns, told.standIns.log, all)) })
    said.push({ ollama, to: 'short', ...(await saidTo(columns, 'x'.repeat(columns), all)) })
  }
  return said
}

/** A model that was pulled is taken to be there still. */
function withOllama(hop: Hop, ollama: Said['ollama'], isRouted: boolean): Hop {
  if (hop.provider !== 'ollama' || (ollama === 'listens' && hop.ready)) return hop
  const through = isRouted ? 'gateway' : 'shell'
  return readinessOf(hop, { ollama, ollamaUrl: OLLAMA_URL, through, keyOf: () => null })
}

function isSame(one: Hop | undefined, other: Hop): boolean {
  const isElsewhere = other.provider === 'ollama' && !other.reason.endsWith(` ${OLLAMA_URL}`)
  return one?.reason === other.reason && !isElsewhere
}

/** `columns` null: it is no terminal. */
async function saidTo(
  columns: number | null,
  log: string,
  { request, run, chain }: Told,
): Promise<Pick<Said, 'out' | 'err'>> {
  const said = { out: '', err: '' }
  const streams: Streams = {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTty: columns !== null,
    canPrompt: false,
    color: false,
    columns: columns ?? 0,
    isClosed: () => false,
  }
  const told = { ...toldOf(request, { run, chain }), log }
  await tellStarted(streams, announcementOf(streams, told), { json: false })
  return said
}
