import { quote } from '../shell/quote.ts'
import { literalTimeFormat } from './tmux-text.ts'

/**
 * What a pane's output is piped into: the logger, which keeps the files from growing for ever, and
 * notes the pid of the tmux server.
 */
export function logCommandOf(loggerPath: string, folder: string): string {
  const literal = (path: string) => literalTimeFormat(quote('sh', path))
  // In the shell that tmux starts for it, since another one takes a millisecond.
  return `set -- ${literal(folder)} #{pid}; . ${literal(loggerPath)}`
}
