import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask, limited } from '../support/ask.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { liveGateway } from '../support/live-gateway.ts'
import { eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)

async function shown(session: string, pattern: RegExp): Promise<string> {
  const screen = () => box.tmux('capture-pane', '-p', '-t', `=${session}:`)
  return await eventually(() => pattern.test(screen()) && screen())
}

test('alone on a terminal it says where one is, and leaves nothing behind', async () => {
  const line = 'llmsel; echo "left $?"; cat'
  box.tmux('new-session', '-d', '-s', 'tty', '-x', '80', '-y', '20', line)
  expect(await shown('tty', /left 0/)).toMatch(
    /^model +claude-sonnet-5-5 \(claude\), for a new session[^]*gateway not running\n\nllmsel setup /,
  )
  expect(readdirSync(box.home)).toEqual([])
})

test('in a session it names the session and what it is on', async () => {
  box.llmsel(['session', 'new', 'free', '--name', 'crawler', '--run', 'llmsel; sleep 300'])
  expect(await shown('crawler', /llmsel costs/)).toMatch(
    /^model +llama3\.2 \(ollama\)\nprofile +free \(tmux session crawler\)\nsession +crawler\n/,
  )
})

test('a gateway that runs tells its circuits', async () => {
  const gateway = await liveGateway()
  try {
    const none = { ANTHROPIC_API_KEY: undefined }
    expect(JSON.parse((await gateway.llmsel('--json', none)).stdout).gateway).toBeNull()
    await gateway.start()
    gateway.claude.answer(limited)
    await (await ask(await gateway.base('haiku'))).arrayBuffer()
    const { url } = await gateway.status()
    let said = JSON.parse((await gateway.llmsel('--json')).stdout)
    // A busy machine may take longer than it is given.
    while (said.gateway === null) said = JSON.parse((await gateway.llmsel('--json')).stdout)
    expect(said).toMatchObject({
      gateway: {
        url,
        circuits: [{ target: expect.stringMatching(/^claude\/claude-haiku-5-5#/), state: 'open' }],
      },
      next: [{ command: 'llmsel failover' }, {}, {}],
    })
  } finally {
    await gateway.close()
  }
})

test('what listens on its port and does not answer is not waited for, nor shown anything', async () => {
  const said: string[] = []
  const server = createServer((socket) => socket.on('data', (bytes) => said.push(String(bytes))))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server's address is an AddressInfo.
  const { port } = server.address() as AddressInfo
  const folder = join(box.home, '.local/state/llmsel/gateway')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify({ port }))
  do {
    const { code, stdout } = await box.start(['--json'])
    expect({ code, gateway: JSON.parse(stdout).gateway }).toEqual({ code: 0, gateway: null })
    // A busy machine may take all of the time to connect.
  } while (said.length === 0)
  server.close()
  expect(said.join('')).toContain('/control/prove')
  expect(said.join('')).not.toMatch(/authorization/i)
})
