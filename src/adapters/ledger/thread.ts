import { Worker } from 'node:worker_threads'
import { LlmselError, reasonOf, type ErrorCode } from '../../domain/errors.ts'
import type { Imported } from '../../domain/ledger/ledger.ts'
import type { LogTerms } from '../../domain/ledger/logged-attempt.ts'
import { pack } from './packed.ts'
import type { Service, ServiceOptions } from './service.ts'

export interface Call {
  readonly id: number
  readonly name: keyof Service
  readonly args: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }

export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | null
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (cause: Error) => void
}

const RESTART_AFTER_MS = 1000
const CLOSE_WITHIN_MS = 5000

/** Whoever the calls are for, they are made in a thread of their own, which is begun anew if it dies. */
export interface Thread {
  readonly service: Service
  /** After the last call, `service.close`. */
  readonly ended: () => Promise<void>
}

/** `script` is the bundle of `worker.ts`. */
export function openThread(script: string, options: ServiceOptions): Thread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let count = 0
  let diedAt = Number.NEGATIVE_INFINITY
  let reason = 'it ended'
  /** Those that the worker has: the whole catalogue, which is not sent with each batch. */
  let known: LogTerms | null = null
  const fail = () => {
    const error = deadBy(reason)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const start = (): Worker => {
    const begun = new Worker(script, { workerData: options, execArgv: [] })
    begun.unref()
    begun.on('message', (message: Answer) => {
      const caller = waiting.get(message.id)
      waiting.delete(message.id)
      if (waiting.size === 0) begun.unref()
      if ('failure' in message) caller?.reject(errorOf(message.failure))
      else caller?.resolve(message.value)
    })
    begun.on('error', (cause) => {
      reason = reasonOf(cause)
    })
    begun.on('exit', () => {
      worker = null
      known = null
      diedAt = performance.now()
      fail()
    })
    return begun
  }
  const call = (name: keyof Service, args: readonly unknown[]): Promise<unknown> => {
    if (worker === null && performance.now() - diedAt < RESTART_AFTER_MS)
      return Promise.reject(deadBy(reason))
    const present = (worker ??= start())
    const id = ++count
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      // The process does not end while somebody waits for an answer.
      present.ref()
      const message: Call = { id, name, args }
      present.postMessage(message)
    })
  }
  /** What became of one that was not kept, of which a thread that is begun anew knows nothing. */
  let unkept: { readonly cause: unknown } | null = null
  // Not async, so that the records are not held until the answer is here.
  const putLogged: Service['putLogged'] = (records, places, terms) => {
    if (unkept !== null) return Promise.reject(unkept.cause)
    const answer = call('putLogged', [pack(records), places, terms === known ? null : terms])
    known = worker === null ? null : terms
    answer.catch((cause: unknown) => {
      unkept = { cause }
    })
    // As the service answers.
    return answer as Promise<Imported>
  }
  return { service: { ...serviceBy(call), putLogged }, ended: async () => await endOf(worker) }
}

function deadBy(reason: string): LlmselError {
  const hint = 'nothing is lost: try again'
  return new LlmselError('io', `the ledger's thread has died: ${reason}`, { hint })
}

async function endOf(worker: Worker | null): Promise<void> {
  if (worker === null) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CLOSE_WITHIN_MS)
    worker.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function serviceBy(
  call: (name: keyof Service, args: readonly unknown[]) => Promise<unknown>,
): Omit<Service, 'putLogged'> {
  // The worker answers with what the method of that name gives.
  const named = <Name extends keyof Service>(name: Name) =>
    (async (...args: readonly unknown[]) => await call(name, args)) as Service[Name]
  return {
    drain: named('drain'),
    close: named('close'),
    put: named('put'),
    places: named('places'),
    spent: named('spent'),
    attempts: named('attempts'),
    moved: named('moved'),
    metered: named('metered'),
    lease: named('lease'),
  }
}

function errorOf({ code, message, hint }: Failure): LlmselError {
  return new LlmselError(code, message, hint === null ? {} : { hint })
}
