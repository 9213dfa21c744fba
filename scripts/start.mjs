// `npm start`: installs and builds what is missing, then does the main job with the built launcher.
import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { ensureInstalled, root, runScript } from './prepare.mjs'

const WORKER = 'examples/workers/crawler_service.py'

/** The person's own environment: the session must not inherit what npm adds for its scripts. */
function ownEnvironment() {
  const added = (name) => name.startsWith('npm_') || name === 'INIT_CWD' || name === 'NODE'
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !added(name)))
  const npms = /[\\/](?:node_modules[\\/]\.bin|node-gyp-bin)$/
  const path = (env.PATH ?? '').split(delimiter).filter((folder) => !npms.test(folder))
  const node = dirname(process.execPath)
  return { ...env, PATH: [...path, ...(path.includes(node) ? [] : [node])].join(delimiter) }
}

/** Runs one line as a person would type it. */
function type(line) {
  console.log(`\n$ ${line}`)
  const env = ownEnvironment()
  const { status, error, signal } = spawnSync('/bin/sh', ['-c', line], {
    cwd: root,
    env: { ...env, PATH: [join(root, 'bin'), env.PATH].join(delimiter) },
    stdio: 'inherit',
  })
  if (error !== undefined) throw error
  return signal === null ? status : 130
}

await runScript(async () => {
  await ensureInstalled()
  const { ensureBuilt } = await import('./build.mjs')
  await ensureBuilt()
  const code = type(`llmsel session new budget --run ${WORKER} --wait`)
  if (spawnSync('tmux', ['-V']).error !== undefined) return code
  type('llmsel session list')
  type('llmsel session logs budget -n 20')
  type('eval "$(llmsel env haiku)"; llmsel which')
  type('llmsel costs')
  type('llmsel failover drill')
  console.log(`\nexit code of the session: ${code}`)
  return code
})
