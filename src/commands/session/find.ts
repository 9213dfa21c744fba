import { LlmselError } from '../../domain/errors.ts'
import { nearest } from '../../domain/nearest.ts'
import { checkSessionName } from '../../domain/sessions/names.ts'

/** The one of that very name; a prefix is not enough. */
export function findNamed<T extends { readonly name: string }>(
  sessions: readonly T[],
  name: string,
): T {
  const found = sessions.find((session) => session.name === name)
  // In tmux it may have got a name that none is started with.
  if (found !== undefined) return found
  checkSessionName(name)
  const close = nearest(
    name,
    sessions.map((session) => session.name),
  )
  throw new LlmselError('not-found', `no session named ${name}`, {
    hint: close === null ? 'run: llmsel session list' : `did you mean ${close}?`,
  })
}
