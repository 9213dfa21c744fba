// Asks the model of this shell, and the next one where it does not answer:
//
//   eval "$(llmsel env budget)"; node examples/unified-client.mjs 'Name a lighthouse.'
//
// Outside this package: npm install llmsel
import { UnifiedLLMClient, UnifiedLLMError } from 'llmsel'

const prompt = process.argv[2] ?? 'Name a lighthouse, in one line.'
const client = new UnifiedLLMClient()
console.error(`Claude here is ${client.providers.claude.config.model}`)

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')))

try {
  for await (const event of client.stream(prompt, { signal: interrupted.signal })) {
    if (event.type === 'text') process.stdout.write(event.text)
    if (event.type === 'end') {
      const { provider, model, usage, attempts } = event.reply
      const tokens = usage === null ? 'unknown' : usage.output
      process.stdout.write('\n')
      console.error(`${provider}/${model}, ${tokens} tokens out, ${attempts.length} asked`)
    }
  }
} catch (error) {
  if (!(error instanceof UnifiedLLMError)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = 1
}
