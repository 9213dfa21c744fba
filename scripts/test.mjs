// `npm test`: installs and builds what is missing, then runs the suite. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ensureInstalled, root, runScript, ScriptError } from './prepare.mjs'

/** Each is a Debian package, a Homebrew formula and, but for PostgreSQL, a command of the same name. */
const PROGRAMS = ['tmux', 'bash', 'zsh', 'fish', 'dash', 'python3', 'postgresql']
/** Where Debian has PostgreSQL's commands, off the PATH. */
const POSTGRESQL = '/usr/lib/postgresql'
const OLDEST_TMUX = [3, 2]

function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function isInstalled(name) {
  return name === 'postgresql' ? isOnPath('pg_ctl') || existsSync(POSTGRESQL) : isOnPath(name)
}

/** The tests run real shells in a real tmux; without one of them they would have to skip. */
function requirePrograms() {
  const missing = PROGRAMS.filter((name) => !isInstalled(name))
  if (missing.length > 0) {
    const names = missing.join(' ')
    throw new ScriptError(
      `the tests need programs that are not installed: ${missing.join(', ')}\n` +
        `  Debian, Ubuntu: sudo apt-get install ${names}\n  macOS: brew install ${names}`,
    )
  }
  const version = spawnSync('tmux', ['-V'], { encoding: 'utf8' }).stdout.trim()
  const [major, minor] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number)
  if (major < OLDEST_TMUX[0] || (major === OLDEST_TMUX[0] && minor < OLDEST_TMUX[1])) {
    throw new ScriptError(
      `the tests need tmux ${OLDEST_TMUX.join('.')} or newer; this is ${version}`,
    )
  }
}

/** A file that could not be loaded, or an error outside any test, is a failure of its own. */
function summary(report, succeeded) {
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = report.numFailedTests + broken.length
  return { passed: report.numPassedTests, failed: failed === 0 && !succeeded ? 1 : failed }
}

function runVitest(args, file) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { status, signal } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (!existsSync(file)) {
    const how = signal === null ? `exit code ${status}` : signal
    throw new ScriptError(`vitest ended without a result (${how})`)
  }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const skipped = report.numPendingTests + report.numTodoTests
  if (skipped > 0) console.log(`${skipped} skipped`)
  const { passed, failed } = summary(report, status === 0)
  console.log(`${passed} passed, ${failed} failed`)
  return status ?? 1
}

await runScript(async () => {
  requirePrograms()
  await ensureInstalled()
  const { ensureBuilt } = await import('./build.mjs')
  await ensureBuilt()
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-test-'))
  try {
    return runVitest(process.argv.slice(2), join(folder, 'result.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
