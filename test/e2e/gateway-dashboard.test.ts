import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { liveGateway } from '../support/live-gateway.ts'
import { contentOf, eventually } from '../support/tmux.ts'

const gateway = forEachTest(liveGateway)

async function tokenBy(link: string): Promise<string> {
  const [url = '', code = ''] = link.trim().split('/#code=')
  const body = JSON.stringify({ code })
  const reply = await fetch(`${url}/api/llm/dashboard/token`, { method: 'POST', body })
  // The gateway's own shape.
  return ((await reply.json()) as { token: string }).token
}

test('open makes a link that shows the sessions as tmux has them, and their logs', async () => {
  expect(await gateway.llmsel('gateway open')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('llmsel gateway start'),
  })
  await gateway.start()
  const { stdout } = await gateway.llmsel('gateway open --print')
  const { url } = await gateway.status()
  expect(stdout).toMatch(new RegExp(`^${url}/#code=[\\w-]{32}\\n$`))
  const headers = { authorization: `Bearer ${await tokenBy(stdout)}` }
  const script = gateway.box.file('loud.sh', 'printf "\\033[31mred\\033[0m\\n"; sleep 300\n')
  await gateway.box.start(['session', 'new', 'budget', '--name', 'loud', '--run', `bash ${script}`])
  const sessions = await (await fetch(`${url}/api/llm/sessions`, { headers })).json()
  expect(sessions).toMatchObject({
    sessions: [{ name: 'loud', profile: 'budget', state: 'running', attached: false }],
  })
  const log = async () =>
    await (await fetch(`${url}/api/llm/sessions/loud/log`, { headers })).text()
  for (let text = ''; !text.includes('red'); text = await log()) continue
  expect(JSON.parse(await log())).toEqual({ name: 'loud', text: 'red\n' })
  expect(gateway.log()).not.toContain(stdout.trim().slice(-32))
})

test('the browser is shown a file that nobody else can read: arguments are for every eye', async () => {
  await gateway.start()
  const told = gateway.box.file('bin/told', '')
  const { stdout, stderr } = await gateway.llmsel('gateway open', {
    DISPLAY: ':0',
    PATH: gateway.box.before('xdg-open', `echo "$@" >${told}`),
  })
  expect(stdout).toBe('')
  const argument = (await eventually(() => contentOf(told))).trim()
  expect(argument).toBe(`${gateway.folder}/open.html`)
  expect(statSync(argument).mode & 0o777).toBe(0o600)
  const [, link = ''] = /content="0;url=([^"]+)"/.exec(contentOf(argument) ?? '') ?? []
  expect(stderr).toContain(link)
  expect(await tokenBy(link)).toMatch(/^llmsel-d-/)
})

test('without a display the link is printed', async () => {
  await gateway.start()
  const { stdout } = await gateway.llmsel('gateway open', { DISPLAY: '', WAYLAND_DISPLAY: '' })
  expect(stdout).toContain('/#code=')
})

test('a page that listens keeps no gateway from stopping', async () => {
  await gateway.start()
  const { url } = await gateway.status()
  const token = await tokenBy((await gateway.llmsel('gateway open --print')).stdout)
  const headers = { authorization: `Bearer ${token}` }
  const events = await fetch(`${url}/api/llm/events`, { headers })
  await gateway.llmsel('gateway stop')
  expect(await events.text()).toContain(': connected')
})
