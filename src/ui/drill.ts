import type { PlayedFailure } from '../ports.ts'

export function drillText({ failure, trail, answer, ms, asExpected }: PlayedFailure): string {
  const hops = trail.map((hop) => `    ${hop}\n`).join('')
  const mark = asExpected ? '' : '    NOT AS PROMISED\n'
  return `${failure}\n${hops || '    nobody was asked\n'}    → ${answer} (${ms} ms)\n${mark}`
}
