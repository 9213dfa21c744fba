import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { routeVariables } from '../../src/domain/profiles/gateway-route.ts'
import { fakeUpstream, json } from '../support/fake-upstream.ts'
import { testGateway } from '../support/gateway.ts'
import { claudeSays } from '../support/providers.ts'

/** Python’s urllib goes by the proxy variables, as curl and most clients do. */
const PROGRAM = `
import json, os, urllib.request
body = {"model": "claude-haiku-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
url = os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages"
headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"}
with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as reply:
    print(json.load(reply)["content"][0]["text"])
`

async function run(env: Record<string, string>): Promise<string> {
  const child = spawn('python3', ['-c', PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  return (await text(child.stdout)).trim()
}

test('a program with a proxy in its environment reaches the gateway directly', async () => {
  const proxy = await fakeUpstream(json(200, { content: [{ text: 'from the proxy' }] }))
  const gateway = await testGateway({ claude: claudeSays('from Claude') })
  const route = { url: gateway.base('budget'), token: 'llmsel-p-x', claudeToken: true, noProxy: '' }
  const proxies = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, ALL_PROXY: proxy.url }
  const env = { PATH: process.env['PATH'] ?? '', ...proxies, ...routeVariables(route) }
  try {
    expect(await run(env)).toBe('from Claude')
    expect(proxy.received).toHaveLength(0)
    expect(await run({ ...env, NO_PROXY: '', no_proxy: '' })).toBe('from the proxy')
    expect(gateway.claude.received).toHaveLength(1)
  } finally {
    await Promise.all([gateway.close(), proxy.close()])
  }
})
