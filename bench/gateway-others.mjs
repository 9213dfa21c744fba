// Other gateways, for `npm run bench:gateway -- --others FOLDER`, where FOLDER is one in which
// `npm install @portkey-ai/gateway @musistudio/claude-code-router` was run.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const START_MS = 15_000

/** Those that are there and start; each that does not is said so. */
export async function otherGateways(folder, { env }, upstream) {
  const ways = [portkey(folder, env, upstream), claudeCodeRouter(folder, env, upstream)]
  const found = []
  for (const way of ways) {
    const problem = await start(way)
    if (problem === null) found.push(way)
    else console.error(`${way.name}: left out, ${problem}`)
  }
  return found
}

async function start(way) {
  if (!existsSync(way.program)) return `no ${way.program}`
  const child = spawn(process.execPath, [way.program, ...way.args], {
    env: way.env,
    stdio: 'ignore',
  })
  way.close = () => child.kill()
  const until = Date.now() + START_MS
  while (Date.now() < until && child.exitCode === null) {
    if (await listens(way.port)) return null
    await pause(50)
  }
  way.close()
  return 'it does not listen'
}

async function listens(port) {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true) || socket.destroy())
    socket.once('error', () => resolve(false))
  })
}

function portkey(folder, env, upstream) {
  const port = 25_000 + (process.pid % 2000)
  return {
    name: '@portkey-ai/gateway',
    isOther: true,
    port,
    path: '/v1/messages',
    program: join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js'),
    args: [`--port=${port}`, '--headless'],
    env: { ...env, TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost', NODE_ENV: 'production' },
    headers: {
      'x-portkey-provider': 'anthropic',
      'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`,
      'x-api-key': 'sk-ant-bench',
    },
  }
}

function claudeCodeRouter(folder, env, upstream) {
  const port = 27_500 + (process.pid % 2000)
  const home = join(env.HOME, '.claude-code-router')
  mkdirSync(home, { recursive: true })
  const provider = {
    name: 'bench',
    api_base_url: `http://127.0.0.1:${upstream}/v1/messages`,
    api_key: 'sk-ant-bench',
    models: ['claude-sonnet-5-5'],
    transformer: { use: ['Anthropic'] },
  }
  const config = {
    PORT: port,
    HOST: '127.0.0.1',
    LOG: false,
    NON_INTERACTIVE_MODE: true,
    Providers: [provider],
    Router: { default: 'bench,claude-sonnet-5-5' },
  }
  writeFileSync(join(home, 'config.json'), JSON.stringify(config))
  return {
    name: '@musistudio/claude-code-router',
    isOther: true,
    port,
    path: '/v1/messages',
    program: join(folder, 'node_modules/@musistudio/claude-code-router/dist/cli.js'),
    args: ['start'],
    env,
    headers: { 'x-api-key': 'sk-ant-bench' },
  }
}
