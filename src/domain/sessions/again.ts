import { quote } from '../shell/quote.ts'
import type { SessionRecord } from './session.ts'

/** The command line that starts the same session anew; `--env` is left out, as it may hold secrets. */
export function againLine(record: SessionRecord): string {
  const { name, profile, work, run, args, cwd, fleet = null, limit = null } = record
  if (fleet !== null) return `llmsel session up ${word(fleet)}`
  const words = [
    profile,
    ...(run === null ? [] : ['--run', run]),
    ...(work.kind === 'shell' && run !== null ? ['--shell'] : []),
    '--name',
    name,
    '--cwd',
    cwd,
    ...(limit === null ? [] : ['--limit', limit]),
    ...(args.length === 0 ? [] : ['--', ...args]),
  ]
  return `llmsel session new ${words.map(word).join(' ')}`
}

function word(text: string): string {
  return /^[A-Za-z0-9_/.:@%+=-]+$/.test(text) ? text : quote('sh', text)
}
