import { Command, CommanderError } from 'commander'
import { costsCommand } from '../../src/commands/costs/compare.ts'
import { modelsCommand } from '../../src/commands/models/list.ts'
import { addCommand } from '../../src/commands/models/add.ts'
import { removeCommand } from '../../src/commands/models/remove.ts'
import { pinCommand } from '../../src/commands/models/pin.ts'
import { showCommand } from '../../src/commands/models/show.ts'
import { unpinCommand } from '../../src/commands/models/unpin.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { parseSettings } from '../../src/domain/config/schema.ts'
import { isLlmselError } from '../../src/domain/errors.ts'
import type { Context } from '../../src/ports.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The config file afterwards. */
  readonly document: JsonObject
  /** What the gateway was asked. */
  readonly told: readonly string[]
}

interface Setup {
  readonly isTty?: boolean
  readonly document?: JsonObject
  readonly now?: string
}

/** Runs `models …` and `costs …` in this process, on a config file in memory. */
export async function run(args: readonly string[], setup: Setup = {}): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const told: string[] = []
  let document = setup.document ?? {}
  // A cast, so that a port which these commands do not touch fails when it is touched.
  const ctx = {
    streams: {
      out: (text: string) => out.push(text),
      err: (text: string) => err.push(text),
      isTty: setup.isTty ?? false,
      canPrompt: false,
      color: false,
      columns: 160,
    },
    env: {},
    openGateway: async () => ({ ask: async (what: string) => (told.push(what), null) }),
    clock: { now: () => new Date(setup.now ?? '2026-11-22T12:00:00Z') },
    config: {
      path: '/config.json',
      read: () => parseSettings(document),
      document: () => document,
      update: async (change: (before: JsonObject) => JsonObject) => {
        const after = change(document)
        parseSettings(after)
        document = after
      },
    },
  } as unknown as Context
  const code = await parse(ctx, args, err)
  return { code, stdout: out.join(''), stderr: err.join(''), document, told }
}

async function parse(ctx: Context, args: readonly string[], err: string[]): Promise<number> {
  const program = new Command('llmsel')
    .exitOverride()
    .configureOutput({ writeOut: ctx.streams.out, writeErr: ctx.streams.err })
  const models = modelsCommand(ctx)
  for (const child of [models, costsCommand(ctx)]) {
    program.addCommand(child.copyInheritedSettings(program))
  }
  for (const child of [
    showCommand(ctx),
    addCommand(ctx),
    removeCommand(ctx),
    pinCommand(ctx),
    unpinCommand(ctx),
  ]) {
    models.addCommand(child.copyInheritedSettings(models))
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!isLlmselError(error)) throw error
    err.push(`${error.message}\n${error.hint ?? ''}\n`)
    return error.code === 'usage' ? 2 : 1
  }
}
