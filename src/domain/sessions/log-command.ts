import { quote } from '../shell/quote.ts'
import { literalTimeFormat } from './tmux-text.ts'

/** What a pane's output is piped into: the logger, which keeps the files from growing for ever. */
export function logCommandOf(loggerPath: string, folder: string): string {
  return literalTimeFormat(`exec /bin/sh ${quote('sh', loggerPath)} ${quote('sh', folder)}`)
}
