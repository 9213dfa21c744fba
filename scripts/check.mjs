// `npm run check`: everything that can be wrong before a commit. `--no-test` leaves the suite out.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, runScript, ScriptError } from './prepare.mjs'

const CODE = ['src', 'test', 'scripts', 'bench']

/** A development dependency's command, run by this very Node. */
function tool(name, ...args) {
  return [process.execPath, join(root, 'node_modules', '.bin', name), ...args]
}

function script(name) {
  return [process.execPath, join(root, 'scripts', name)]
}

function filesIn(folder, pattern) {
  const path = join(root, folder)
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name))
}

function steps(withTests) {
  const configs = filesIn('.', /\.config\.ts$/)
  const all = [
    ['format', tool('oxfmt', '--check', ...CODE, ...configs)],
    ['lint', tool('oxlint', '--type-aware', '--deny-warnings', ...CODE)],
    ['types', tool('tsc', '--noEmit')],
    ['types: page', tool('tsc', '--noEmit', '-p', 'src/dashboard')],
    ['shell: sh', ['shellcheck', '-s', 'sh', 'bin/llmsel', ...filesIn('libexec', /\.sh$/)]],
    ['shell: bash', ['shellcheck', '-s', 'bash', '.ci/run', 'completions/llmsel.bash']],
    ['unused code', tool('knip')],
    ['build', script('build.mjs')],
    ['package', tool('publint', '--strict')],
  ]
  return withTests ? [...all, ['tests', script('test.mjs')]] : all
}

function run([name, [command, ...args]]) {
  console.log(`\n== ${name}`)
  const started = Date.now()
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (error?.code === 'ENOENT') {
    console.error(`${command} is not installed\n  Debian, Ubuntu: sudo apt-get install ${command}`)
    console.error(`  macOS: brew install ${command}`)
  } else if (error !== undefined) throw error
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${seconds} s`)
  return { name, ok: status === 0, seconds }
}

await runScript(async () => {
  const [option, ...rest] = process.argv.slice(2)
  if (rest.length > 0 || (option !== undefined && option !== '--no-test')) {
    throw new ScriptError('usage: npm run check [-- --no-test]')
  }
  await ensureInstalled()
  const results = steps(option !== '--no-test').map(run)
  console.log('\n== summary')
  for (const { name, ok, seconds } of results) {
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)} ${seconds.padStart(6)} s`)
  }
  return results.every(({ ok }) => ok) ? 0 : 1
})
