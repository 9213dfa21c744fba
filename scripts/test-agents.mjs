// `npm run test:agents`: the agents themselves, as npm has them, against a provider on loopback. They
// are no dependencies of llmsel: they go to a folder under the temporary one, once, 1.1 GB in all.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npmCommand, root, runScript, ScriptError } from './prepare.mjs'

const AGENTS = {
  '@anthropic-ai/claude-code': '2.1.330',
  '@openai/codex': '0.169.0',
  'opencode-ai': '1.18.33',
}

/** They put the platform's binary in place; npm 11 does not run them by itself. */
const INSTALL_SCRIPTS = {
  '@anthropic-ai/claude-code': 'install.cjs',
  'opencode-ai': 'postinstall.mjs',
}

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] })
  if (error !== undefined) throw error
  if (status !== 0) throw new ScriptError(`${command} ${args.join(' ')} ended with ${status}`)
}

/** Refuses a folder that somebody else has put there: programs are run from it. */
function ownFolder() {
  const versions = createHash('sha256').update(JSON.stringify(AGENTS)).digest('hex').slice(0, 12)
  const folder = join(tmpdir(), `llmsel-agents-${process.getuid?.() ?? 0}-${versions}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const facts = lstatSync(folder)
  if (!facts.isDirectory() || facts.uid !== process.getuid?.() || (facts.mode & 0o077) !== 0) {
    throw new ScriptError(`${folder} is not a private folder of yours`)
  }
  return folder
}

function installAgents() {
  const folder = ownFolder()
  const stamp = join(folder, 'installed')
  if (!existsSync(stamp)) {
    console.error(`installing the agents into ${folder} …`)
    const document = { private: true, dependencies: AGENTS }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(document))
    run(
      ...npmCommand([
        'install',
        '--ignore-scripts',
        '--engine-strict=false',
        '--no-audit',
        '--no-fund',
      ]),
      folder,
    )
    for (const [name, script] of Object.entries(INSTALL_SCRIPTS)) {
      run(process.execPath, [script], join(folder, 'node_modules', name))
    }
    writeFileSync(stamp, '')
  }
  return join(folder, 'node_modules', '.bin')
}

await runScript(async () => {
  const bin = installAgents()
  const words = ['--config', 'test/agents/vitest.config.ts', ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'test.mjs'), ...words], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, LLMSEL_TEST_AGENTS: bin },
  })
  return status ?? 1
})
