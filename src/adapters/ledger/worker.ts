import { parentPort, workerData } from 'node:worker_threads'
import { isLlmselError, reasonOf } from '../../domain/errors.ts'
import { unpack, type Packed } from './packed.ts'
import { openService, type Service, type ServiceOptions } from './service.ts'
import type { Answer, Call, Failure } from './thread.ts'

/**
 * The thread that all SQL runs in: the embedded database answers while its caller waits, half a
 * second for a large report. A bundle of its own.
 */
const port = parentPort
// What the thread was started with is what `openThread` gives it.
const service = openService(workerData as ServiceOptions)

port?.on('message', (call: Call) => {
  void answer(call).then((message) => {
    port.postMessage(message)
    // To end it from outside, while it is in the database, can end the whole process.
    if (call.name === 'close') port.close()
  })
})

async function answer({ id, name, args }: Call): Promise<Answer> {
  try {
    // The caller's types have matched the one to the other.
    const method = service[name] as (
      ...given: readonly unknown[]
    ) => ReturnType<Service[typeof name]>
    return { id, value: await method(...(name === 'putLogged' ? unpacked(args) : args)) }
  } catch (cause) {
    return { id, failure: failureOf(cause) }
  }
}

let terms: unknown = null

/** Of `putLogged` the caller packs the records, and leaves out terms that are as before. */
function unpacked([packed, places, changed]: readonly unknown[]): readonly unknown[] {
  terms = changed ?? terms
  return [unpack(packed as Packed), places, terms]
}

/** Errors lose what they have besides their message when they are copied to another thread. */
function failureOf(cause: unknown): Failure {
  if (!isLlmselError(cause)) return { code: 'io', message: reasonOf(cause), hint: null }
  const { code, message, hint } = cause
  return { code, message, hint }
}
