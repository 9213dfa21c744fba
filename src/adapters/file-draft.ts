import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import type { FileDraft } from '../ports.ts'

/** Written beside its place, for the owner alone, and put there once it is whole. */
export function openDraft(path: string): FileDraft {
  const draft = `${path}.llmsel-${randomBytes(6).toString('hex')}.tmp`
  const attempt = <T>(action: () => T): T => {
    try {
      return action()
    } catch (cause) {
      throw new LlmselError('io', `cannot write ${path}: ${reasonOf(cause)}`, { cause })
    }
  }
  // Renaming over /dev/null, as root, would take it from the whole machine.
  const present = attempt(() => statSync(path, { throwIfNoEntry: false }))
  if (present !== undefined && !present.isFile()) {
    throw new LlmselError('io', `cannot write ${path}: it is no file`, {
      hint: 'leave the option out, and send the output where you want it',
    })
  }
  const file = attempt(() => openSync(draft, 'wx', 0o600))
  return {
    write: (text) => attempt(() => writeFileSync(file, text)),
    keep: () =>
      attempt(() => {
        fsyncSync(file)
        renameSync(draft, path)
      }),
    close: () => {
      closeSync(file)
      rmSync(draft, { force: true })
    },
  }
}
