import type { SessionState, SessionView } from './session.ts'

/** Those whose numbers agree on Linux and macOS. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  4: 'ILL',
  5: 'TRAP',
  6: 'ABRT',
  8: 'FPE',
  9: 'KILL',
  11: 'SEGV',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
}

/** A shell cannot tell `exit 137` from a SIGKILL; the signal is by far the likelier. */
export function stateOfCode(code: number): SessionState {
  const signal = SIGNALS[code - 128]
  return signal === undefined ? { kind: 'exited', code } : { kind: 'killed', signal, code }
}

export function stateOfSignal(number: number): SessionState {
  return { kind: 'killed', signal: SIGNALS[number] ?? String(number), code: 128 + number }
}

export function isOver({ kind }: SessionState): boolean {
  return kind !== 'running' && kind !== 'restarting'
}

/** With what else a list says of it. */
export function describeSession({ state, restarts }: SessionView): string {
  return restarts === 0 ? describeState(state) : `${describeState(state)} · restarted ${restarts} ×`
}

/** What a command that waited for the session exits with. */
export function exitCodeOf(state: SessionState): number {
  if (state.kind === 'running') return 0
  return 'code' in state ? state.code : 1
}

export function describeState(state: SessionState): string {
  switch (state.kind) {
    case 'running':
      return 'running'
    case 'restarting':
      return `${describeState(stateOfCode(state.after))}, runs again soon`
    case 'exited':
      return `exited ${state.code}`
    case 'killed':
      return `killed ${state.signal}`
    case 'unknown':
      return 'exited, status unknown'
    case 'gone':
      return 'gone'
  }
}
