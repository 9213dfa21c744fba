import { Command, Option } from 'commander'
import { withOwnModel } from '../../domain/config/own-models.ts'
import { parseSettings } from '../../domain/config/schema.ts'
import { profileSource } from '../../domain/config/source.ts'
import { parseTokens } from '../../domain/costs/amount.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { JsonObject } from '../../domain/json.ts'
import { PROVIDERS, type Provider } from '../../domain/models/model.ts'
import type { Context } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { tellGateway } from '../tell-gateway.ts'

interface AddOptions {
  readonly provider: Provider
  readonly input?: string
  readonly output?: string
  readonly cacheRead?: string
  readonly cacheWrite5m?: string
  readonly cacheWrite1h?: string
  readonly context?: number
  readonly maxOutput?: number
  readonly replace?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel models add my-model --provider openai --input 1.5 --output 6
  llmsel models add claude-sonnet-5-5 --provider claude --input 1.8 --replace
  llmsel models add qwen3:8b --provider ollama --input 0 --output 0

A price that is not given is unknown, not free.
`

export function addCommand(ctx: Context): Command {
  const command = new Command('add')
    .description('put a model of your own, with its prices, into your config')
    .argument('<id>', 'the exact id that the provider knows')
    .addOption(
      new Option('--provider <name>', 'who serves it').choices(PROVIDERS).makeOptionMandatory(),
    )
  for (const [flag, about] of PRICES) command.option(`${flag} <usd>`, `${about}, $ per 1M tokens`)
  return command
    .addOption(tokens('--context', 'what fits into its window, such as 200k'))
    .addOption(tokens('--max-output', 'what it can answer at most, such as 64k'))
    .option('--replace', 'in the place of a model of that id')
    .option('--dry-run', 'only show it')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, _: AddOptions, called: Command) => {
      // `models` has --json too, and commander gives it to the parent.
      await add(ctx, id, called.optsWithGlobals<AddOptions>())
    })
}

const PRICES = [
  ['--input', 'tokens sent'],
  ['--output', 'tokens received'],
  ['--cache-read', 'tokens read from the cache'],
  ['--cache-write-5m', 'tokens cached for 5 minutes'],
  ['--cache-write-1h', 'tokens cached for an hour'],
] as const

async function add(ctx: Context, id: string, options: AddOptions): Promise<void> {
  const row = rowOf(options)
  const settings = ctx.config.read()
  const { catalogue } = profileSource(settings, ctx.env, ctx.clock.now())
  const replace = options.replace === true
  parseRow(id, row)
  const place = { catalogue, document: ctx.config.document(), replace }
  withOwnModel(place, id, row)
  if (options.dryRun !== true) {
    await ctx.config.update((document) => withOwnModel({ ...place, document }, id, row))
    await tellGateway(ctx)
  }
  const said = options.dryRun === true ? 'would be' : 'is now'
  ctx.streams.err(`${id} ${said} in ${ctx.config.path}\n`)
  if (row['input'] === undefined || row['output'] === undefined) {
    ctx.streams.err(
      `llmsel: the prices that are not given are unknown, so what it costs cannot be told\n`,
    )
  }
  await print(ctx.streams, { data: { id, ...row }, view: () => [] }, options)
}

function rowOf(options: AddOptions): JsonObject {
  const facts = {
    provider: options.provider,
    input: options.input,
    output: options.output,
    cacheRead: options.cacheRead,
    cacheWrite5m: options.cacheWrite5m,
    cacheWrite1h: options.cacheWrite1h,
    contextTokens: options.context,
    outputTokens: options.maxOutput,
  }
  const given = Object.entries(facts).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  )
  return Object.fromEntries(given)
}

/** The row alone: what is wrong with it was typed here, not in the file. */
function parseRow(id: string, row: JsonObject): void {
  try {
    parseSettings({ models: { [id]: row } })
  } catch (cause) {
    throw new LlmselError('usage', cause instanceof Error ? cause.message : String(cause), {
      hint: 'run: llmsel models add --help',
      cause,
    })
  }
}

function tokens(flag: string, about: string): Option {
  const parse = (text: string): number => Number(parseTokens(text, flag))
  return new Option(`${flag} <tokens>`, about).argParser(parse)
}
