import { asJson, isObject, type Json, type JsonObject } from '../json.ts'
import { newCircuit, type Circuit } from './circuit.ts'

/** Circuits by target, as a file keeps them. */
export function savedCircuits(circuits: ReadonlyMap<string, Circuit>): JsonObject {
  return { version: 1, circuits: asJson(Object.fromEntries(circuits)) }
}

/** What is not understood is left out: such a target is asked like a new one. */
export function restoredCircuits(saved: JsonObject | null, nowMs: number): Map<string, Circuit> {
  const rows = saved?.['version'] === 1 ? saved['circuits'] : null
  if (rows === null || rows === undefined || !isObject(rows)) return new Map()
  return new Map(
    Object.entries(rows).flatMap(([key, row]): [string, Circuit][] => {
      const circuit = restored(row, nowMs)
      return circuit === null ? [] : [[key, circuit]]
    }),
  )
}

/** A closed one begins anew: what was counted before a restart says little of how it is now. */
function restored(row: Json, nowMs: number): Circuit | null {
  if (!isObject(row)) return null
  const { state, sinceMs, openForMs, failures, reason } = row
  if (state !== 'open' && state !== 'half-open') return newCircuit(nowMs)
  if (!isTime(sinceMs) || !isTime(openForMs)) return null
  return {
    ...newCircuit(nowMs),
    state: 'open',
    turn: 1,
    // The probe of a process that is gone will never report: another may go out.
    sinceMs: state === 'open' ? sinceMs : nowMs - openForMs,
    openForMs,
    failures: isTime(failures) ? failures : 1,
    reason: typeof reason === 'string' ? reason.slice(0, 500) : null,
  }
}

const LONGEST = 8_640_000_000_000_000

function isTime(value: Json | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value < LONGEST
}
