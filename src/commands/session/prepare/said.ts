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
  readonly columns: number
  readonly isRouted: boolean
  readonly standIns: StandIns
}

/**
 * For each kind of reader, and for each answer of Ollama that says enough: what it has pulled a shell
 * does not find out. Null: that is more than what it answers now.
 */
export function saidOf({ chain, ...told }: Told): Promise<Said[]> | null {
  const isKnown =
    !told.isRouted || chain.every(({ provider, ready }) => provider !== 'ollama' || ready)
  const answers = isKnown ? (['listens', 'silent'] as const) : (['silent'] as const)
  const chains = answers.map((ollama) => ({
    ollama,
    chain: chain.map((hop) => withOllama(hop, ollama, told.isRouted)),
  }))
  const readers = chains.flatMap(({ ollama, chain: hops }) =>
    (['pipe', 'terminal', 'short'] as const).map((to) => ({ ollama, to, hops })),
  )
  const isSure = chain.every((hop, index) => chains.some((each) => isSame(each.chain[index], hop)))
  if (!isSure) return null
  return Promise.all(
    readers.map(async ({ ollama, to, hops }) => ({
      ollama,
      to,
      ...(await saidTo(to, { ...told, chain: hops })),
    })),
  )
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

async function saidTo(
  to: Said['to'],
  { request, run, chain, columns, standIns }: Told,
): Promise<Pick<Said, 'out' | 'err'>> {
  const said = { out: '', err: '' }
  const streams: Streams = {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTty: to !== 'pipe',
    canPrompt: false,
    color: false,
    columns,
    isClosed: () => false,
  }
  const log = to === 'short' ? 'x'.repeat(columns) : standIns.log
  const told = { ...toldOf(request, { run, chain }), log }
  await tellStarted(streams, announcementOf(streams, told), { json: false })
  return said
}
