import {
  givenBack,
  judged,
  newCircuit,
  nextProbeMs,
  probing,
  proved,
  type Circuit,
  type CircuitNumbers,
  type Judged,
} from '../domain/failover/circuit.ts'
import type { Circuits as CircuitMap } from '../domain/failover/course.ts'
import type { Outcome } from '../domain/failover/outcome.ts'
import { restoredCircuits, savedCircuits } from '../domain/failover/restore.ts'
import { reasonOf } from '../domain/errors.ts'
import type { CircuitReport } from '../domain/failover/report.ts'
import type { Events } from './events.ts'
import type { GatewayFolder } from './folder.ts'

/** Of every target that was asked, shared by all requests, kept over restarts. */
export interface Circuits {
  readonly all: CircuitMap
  /** A request goes there; its turn, for `judge`. */
  begin(key: string, isProbe: boolean): number
  /** It did not go there after all. */
  giveBack(key: string, sent: Sent): void
  /** The probe has brought content. */
  prove(key: string): void
  judge(key: string, outcome: Outcome, sent: Sent): void
  /** All, or those of a model or `provider/model`; how many there were. */
  reset(target: string | null): number
  report(): CircuitReport[]
  /** Of the credential that had most to tell; null: it was not asked yet. */
  reportOf(target: { readonly provider: string; readonly model: string }): CircuitReport | null
  /** Keeps what is known now, and nothing after: the next gateway has it then. */
  close(): void
}

export type Sent = Pick<Judged, 'isProbe' | 'turn'>

interface Host {
  readonly folder: GatewayFolder
  readonly now: () => number
  readonly log: (line: string) => void
  readonly events: Events
  readonly numbers: () => CircuitNumbers
}

/** Enough for every key and model of a person; a client that invents models cannot fill the memory. */
const MAX_CIRCUITS = 2000
const SAVE_MS = 500

export function openCircuits({ folder, now, log, events, numbers }: Host): Circuits {
  const all = restoredCircuits(folder.read('circuits.json'), now())
  let saving: NodeJS.Timeout | null = null
  let closed = false
  const save = () => {
    saving = null
    if (closed) return
    try {
      folder.write('circuits.json', savedCircuits(all))
    } catch (error) {
      log(`gateway: the circuits are not kept: ${reasonOf(error)}`)
    }
  }
  const put = (key: string, next: Circuit, before: Circuit | undefined) => {
    if (before === undefined && all.size >= MAX_CIRCUITS) all.delete([...all.keys()][0] ?? '')
    all.set(key, next)
    if (next.state === (before?.state ?? 'closed')) return
    saving ??= setTimeout(save, SAVE_MS)
    log(`gateway: ${key} is ${next.state}${next.reason === null ? '' : `: ${next.reason}`}`)
    events.emit('circuit', () => ({ ...reportOf(key, next) }))
  }
  const change = (key: string, step: (circuit: Circuit) => Circuit) => {
    const before = all.get(key)
    const next = step(before ?? newCircuit(now()))
    if (next !== before) put(key, next, before)
  }
  return {
    all,
    begin: (key, isProbe) => {
      if (isProbe) change(key, (circuit) => probing(circuit, now()))
      return all.get(key)?.turn ?? 0
    },
    giveBack: (key, sent) => change(key, (circuit) => givenBack(circuit, sent, now())),
    prove: (key) => change(key, proved),
    judge: (key, outcome, sent) =>
      change(key, (circuit) => judged(circuit, { outcome, ...sent }, now(), numbers())),
    reset: (target) => {
      const keys = [...all.keys()].filter((key) => target === null || isOf(key, target))
      for (const key of keys) change(key, ({ turn }) => ({ ...newCircuit(now()), turn: turn + 1 }))
      return keys.length
    },
    report: () => [...all].map(([key, circuit]) => reportOf(key, circuit)),
    reportOf: ({ provider, model }) => {
      const own = [...all].filter(([key]) => isOf(key, `${provider}/${model}`))
      const [key, circuit] = own.find(([, { state }]) => state !== 'closed') ?? own[0] ?? []
      return key === undefined || circuit === undefined ? null : reportOf(key, circuit)
    },
    close: () => {
      if (saving !== null) clearTimeout(saving)
      save()
      closed = true
    },
  }
}

export function circuitKey(
  { provider, model }: { readonly provider: string; readonly model: string },
  fingerprint: string,
): string {
  return `${provider}/${model}#${fingerprint}`
}

function isOf(key: string, target: string): boolean {
  const name = key.slice(0, key.lastIndexOf('#'))
  return key === target || name === target || name.endsWith(`/${target}`)
}

function reportOf(key: string, circuit: Circuit): CircuitReport {
  const probe = nextProbeMs(circuit)
  return {
    target: key,
    state: circuit.state,
    since: iso(circuit.sinceMs),
    reason: circuit.reason,
    failures: circuit.failures,
    nextProbe: probe === null ? null : iso(probe),
    lastOutcome: circuit.last?.class ?? null,
    lastAt: circuit.last === null ? null : iso(circuit.last.atMs),
  }
}

function iso(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), 8.64e15)).toISOString()
}
