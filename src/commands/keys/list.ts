import { Command } from 'commander'
import { PROVIDERS } from '../../domain/models/model.ts'
import type { Context, StoredKey } from '../../ports.ts'
import { print } from '../../ui/report.ts'

interface KeyRow {
  readonly provider: string
  /** `key` or `command`; null: none is kept. */
  readonly kind: string | null
  /** Never the key itself. */
  readonly shown: string | null
}

const EXAMPLES = `
Examples:
  llmsel keys list
  llmsel keys list --json
`

export function listCommand(ctx: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('which keys are kept; masked')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { readonly json?: boolean }) => {
      const stored = (await ctx.openKeys()).read()
      const data = PROVIDERS.map((provider) => row(provider, stored[provider]))
      await print(ctx.streams, { data, view: () => [table(data)] }, options)
    })
}

function row(provider: string, key: StoredKey | undefined): KeyRow {
  if (key === undefined) return { provider, kind: null, shown: null }
  return key.kind === 'command'
    ? { provider, kind: 'command', shown: key.command }
    : { provider, kind: 'key', shown: masked(key.key) }
}

/** Enough to tell two apart, and of a short one nothing. */
function masked(key: string): string {
  return key.length < 24 ? '********' : `********${key.slice(-4)}`
}

function table(rows: readonly KeyRow[]): { columns: { header: string }[]; rows: string[][] } {
  return {
    columns: [{ header: 'provider' }, { header: 'kind' }, { header: 'key' }],
    rows: rows.map(({ provider, kind, shown }) => [provider, kind ?? 'none', shown ?? '']),
  }
}
