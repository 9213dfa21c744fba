import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { anthropicError, fakeUpstream, json } from '../support/fake-upstream.ts'
import { ROOT } from '../support/launcher.ts'
import { nodeForTests } from '../support/node.ts'
import { ollamaSays } from '../support/providers.ts'

async function example(env: Record<string, string>) {
  const child = spawn(nodeForTests(), [join(ROOT, 'examples/unified-client.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { stdout, stderr, status }
}

test('the example runs with the built library', async () => {
  const claude = await fakeUpstream(json(529, anthropicError('overloaded_error', 'Overloaded')))
  const ollama = await fakeUpstream(ollamaSays('Gull Rock.'))
  const env = {
    CLAUDE_MODEL: 'haiku',
    ANTHROPIC_API_KEY: 'sk-ant-secret',
    ANTHROPIC_BASE_URL: claude.url,
    OLLAMA_HOST: ollama.url,
  }
  try {
    expect(await example({ ...env, LLM_FAILOVER_ENABLED: 'true' })).toEqual({
      stdout: 'Gull Rock.\n',
      stderr: 'Claude here is claude-haiku-5-5\nollama/llama3.2, 7 tokens out, 2 asked\n',
      status: 0,
    })
    expect(await example(env)).toEqual({
      stdout: '',
      stderr:
        'Claude here is claude-haiku-5-5\n' +
        'overloaded: Overloaded (claude/claude-haiku-5-5: overloaded)\n',
      status: 1,
    })
  } finally {
    await Promise.all([claude.close(), ollama.close()])
  }
})
