import { CommanderError } from 'commander'
import { isLlmselError } from './domain/errors.ts'
import { EXIT } from './exit.ts'
import type { Context } from './ports.ts'
import { createProgram } from './program.ts'
import { errorText } from './ui/errors.ts'

/** argv without node and script → exit code. */
export async function main(argv: readonly string[], ctx: Context): Promise<number> {
  try {
    const program = await createProgram(ctx, argv)
    await program.parseAsync(argv, { from: 'user' })
    return ctx.outcome.exitCode
  } catch (error) {
    return report(error, ctx, argv.includes('--json'))
  }
}

function report(error: unknown, { streams }: Context, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage
  if (error instanceof Error && error.name === 'ExitPromptError') return EXIT.cancelled
  if (!isLlmselError(error)) {
    streams.err(`llmsel: internal error: ${error instanceof Error ? error.stack : String(error)}\n`)
    return EXIT.bug
  }
  streams.err(errorText(error, json))
  return error.code === 'usage' ? EXIT.usage : EXIT.failed
}
