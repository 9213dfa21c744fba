import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './launcher.ts'

const { version: BUILT }: { version: string } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
)

/** The built package once more, as if it were of this version; its launcher. */
export function otherVersion(folder: string, version: string): string {
  const cli = join('dist', 'cli')
  for (const name of ['bin', 'libexec', cli, 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  const bundles = readdirSync(join(folder, cli)).map((name) => join(folder, cli, name))
  const launcher = join(folder, 'bin', 'llmsel')
  for (const path of [launcher, ...bundles]) {
    const text = readFileSync(path, 'latin1')
    const line = text.replace(`\nllmsel_version=${BUILT}\n`, `\nllmsel_version=${version}\n`)
    writeFileSync(path, line.replaceAll(JSON.stringify(BUILT), JSON.stringify(version)), 'latin1')
  }
  return launcher
}
