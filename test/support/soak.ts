/** Workers for a soak: what each does, what is done to it, and what must be said of it then. */
export interface SoakWorker {
  readonly args: readonly [kind: string, number: number]
  readonly restart?: object
  readonly victim?: { readonly of: 'worker' | 'wrapper'; readonly signal: Signal }
  readonly expected: SoakState
}

/** As `session list --json` has it. */
export interface SoakState {
  readonly state: string
  readonly code: number | null
  readonly signal: string | null
  readonly restarts: number
}

/** worker.sh KIND NUMBER: notes its pid, so that it can be killed, and does what its kind does. */
export const SOAK_SCRIPT = `#!/bin/sh
echo "$$" >"$SOAK/pids/$LLMSEL_SESSION.new" && mv "$SOAK/pids/$LLMSEL_SESSION.new" "$SOAK/pids/$LLMSEL_SESSION"
echo "$1 $2"
case $1 in
  exit) sleep "0.$2"; exit "$2" ;;
  at-once) exit "$2" ;;
  crash) kill -"$2" $$; sleep 10 ;;
  # A failure or two, and then success; the ones that never succeed meet the ceiling.
  again)
    echo x >>"$SOAK/runs/$LLMSEL_SESSION"
    [ "$(wc -l <"$SOAK/runs/$LLMSEL_SESSION")" -gt "$2" ] || exit 7 ;;
  hang) trap '' TERM HUP; while :; do sleep 100; done ;;
  fork)
    setsid sh -c 'trap "" TERM HUP; sleep 3000' &
    (sh -c 'trap "" HUP; sleep 3000' &)
    sleep 3000 ;;
  *) exec sleep 3000 ;;
esac
`

const SIGNALS = { 6: 'ABRT', 9: 'KILL', 11: 'SEGV', 15: 'TERM' } as const

type Signal = keyof typeof SIGNALS
const POLICY = { policy: 'on-failure', delay: '100ms', maxDelay: '300ms', maxRestarts: 3 }
const RUNNING: SoakState = { state: 'running', code: null, signal: null, restarts: 0 }

function exited(code: number): SoakState {
  return { state: 'exited', code, signal: null, restarts: 0 }
}

function killed(signal: Signal): SoakState {
  return { state: 'killed', code: 128 + signal, signal: SIGNALS[signal], restarts: 0 }
}

/** mulberry32: small, seeded, and good enough to pick from a list. */
export function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

export function drawWorker(pick: (below: number) => number): SoakWorker {
  const signal = oneOf<Signal>([6, 9, 11, 15], pick)
  const code = pick(100)
  const failures = pick(6)
  const kinds: readonly SoakWorker[] = [
    { args: ['exit', code], expected: exited(code) },
    { args: ['at-once', code], expected: exited(code) },
    { args: ['crash', signal], expected: killed(signal) },
    {
      args: ['again', failures],
      restart: POLICY,
      expected: { ...exited(failures > 3 ? 7 : 0), restarts: Math.min(failures, 3) },
    },
    { args: ['hang', 0], expected: RUNNING },
    { args: ['fork', 0], expected: RUNNING },
    { args: ['sleep', 0], expected: RUNNING },
    { args: ['sleep', 0], victim: { of: 'worker', signal }, expected: killed(signal) },
    { args: ['fork', 0], victim: { of: 'worker', signal: 9 }, expected: killed(9) },
    { args: ['hang', 0], victim: { of: 'wrapper', signal: 9 }, expected: killed(9) },
    {
      args: ['sleep', 0],
      restart: POLICY,
      victim: { of: 'worker', signal: 9 },
      expected: { ...RUNNING, restarts: 1 },
    },
  ]
  return oneOf(kinds, pick)
}

function oneOf<T>(list: readonly T[], pick: (below: number) => number): T {
  const found = list[pick(list.length)]
  if (found === undefined) throw new Error('there is none')
  return found
}
