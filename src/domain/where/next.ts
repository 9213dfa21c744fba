/** What decides which commands make sense now. */
export interface Situation {
  /** There is a config file. */
  readonly configured: boolean
  /** The profile in force here; null: llmsel applied nothing. */
  readonly active: string | null
  /** What a new session gets. */
  readonly fallback: string
  /** Some variable is no longer what the profile says. */
  readonly drifted: boolean
  /** Of this shell. */
  readonly session: string | null
  /** Some session was ever started. */
  readonly hasSessions: boolean
  /** A model is left out, since it failed. */
  readonly circuitOpen: boolean
  /** Such as `fish`. */
  readonly shell: string
}

export interface NextCommand {
  readonly command: string
  readonly why: string
}

const COUNT = 3

/** The three commands that make most sense, the most pressing first. */
export function nextCommands(now: Situation): readonly NextCommand[] {
  return [...pressing(now), ...useful(now)].slice(0, COUNT)
}

function pressing(now: Situation): readonly NextCommand[] {
  const { circuitOpen, drifted, configured, active } = now
  return [
    ...(circuitOpen ? [command('llmsel failover', 'what is asked instead, and until when')] : []),
    ...(drifted ? [command('llmsel which', 'what has changed it in this shell')] : []),
    ...(!configured && active === null
      ? [command('llmsel setup', 'the first steps, asked one by one')]
      : []),
  ]
}

function useful(now: Situation): readonly NextCommand[] {
  const { session, hasSessions, active, drifted } = now
  const sessions =
    session !== null || hasSessions
      ? [command('llmsel session list', 'what runs, and what became of the rest')]
      : [command('llmsel session new budget --run COMMAND', 'a worker in a session of its own')]
  const here =
    active === null
      ? [command(activation(now), 'its model in this shell')]
      : drifted
        ? []
        : [command('llmsel which', 'who decided each variable here')]
  return [...sessions, ...here, command('llmsel costs', 'what the models cost'), MODELS]
}

const MODELS = command('llmsel models', 'the models and their aliases')

/** A shell evaluates it as it is. */
function activation({ fallback, shell }: Situation): string {
  return shell === 'fish'
    ? `llmsel env ${fallback} --shell fish | source`
    : `eval "$(llmsel env ${fallback})"`
}

function command(text: string, why: string): NextCommand {
  return { command: text, why }
}
