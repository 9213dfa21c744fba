// The gateway that is measured, as `llmsel gateway start` runs it, and what it takes.
import { createHmac } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/prepare.mjs'
import { llmselIn } from './timing.mjs'

const PORT = 15_000 + (process.pid % 10_000)

/** Its only provider listens on `upstream`; `folder` is that of an installed llmsel. */
export function startGateway({ env }, upstream, { folder = root, port: wanted = PORT } = {}) {
  const own = { ...env, ANTHROPIC_API_KEY: 'sk-ant-bench', LLMSEL_GATEWAY_PORT: String(wanted) }
  const llmsel = (...words) => llmselIn(folder, own, words)
  llmsel('config', 'set', 'providers.claude.baseUrl', `http://127.0.0.1:${upstream}`)
  llmsel('failover', 'set', 'sonnet', 'opus', '--profile', 'premium')
  llmsel('failover', 'set', 'haiku', 'sonnet', '--profile', 'budget')
  const { pid } = JSON.parse(llmsel('gateway', 'start', '--json'))
  const baseOf = (profile) => new URL(llmsel('gateway', 'url', profile))
  const secret = readFileSync(join(env.XDG_STATE_HOME, 'llmsel', 'gateway', 'secret'))
  const mac = createHmac('sha256', secret).update('control').digest('base64url')
  const { port, pathname } = baseOf('premium')
  return {
    pid,
    port: Number(port),
    path: `${pathname}/v1/messages`,
    budgetPath: `${baseOf('budget').pathname}/v1/messages`,
    resetCircuits: async () => {
      const reply = await fetch(`http://127.0.0.1:${port}/api/llm/control/reset`, {
        method: 'POST',
        headers: { authorization: `Bearer llmsel-c-${mac}` },
        body: '{"target":null}',
      })
      if (!reply.ok) throw new Error(`reset: ${reply.status}`)
      await reply.text()
    },
    stop: () => llmsel('gateway', 'stop'),
  }
}

/** Of all its threads, in ms: what the scheduler has counted. */
export function cpuMs(pid) {
  return Object.values(threadsMs(pid)).reduce((sum, ms) => sum + ms, 0)
}

/** The same of each. */
export function threadsMs(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`)
  return Object.fromEntries(
    tasks.map((task) => {
      const stat = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8')
      return [task, Number(stat.split(' ')[0]) / 1e6]
    }),
  )
}
