// Brings node_modules to what package-lock.json asks for. Runs before anything is installed, so it
// imports nothing but Node's own modules.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
// npm ci removes node_modules first, so a stamp in it never outlives what it vouches for.
const stamp = join(root, 'node_modules', '.installed-from')

/** A failure that its message explains: no stack is shown for it. */
export class ScriptError extends Error {}

/** Runs a script's main; a ScriptError becomes its message and exit code 1. */
export async function runScript(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

/** The command line of npm: the one that runs this script, else the one on the PATH. */
export function npmCommand(args) {
  const self = process.env['npm_execpath']
  return self !== undefined && /npm-cli\.c?js$/.test(self) && existsSync(self)
    ? [process.execPath, [self, ...args]]
    : ['npm', args]
}

function wantedInstall() {
  const platform = `${process.platform}-${process.arch}`
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(platform)
    .digest('hex')
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const wanted = /(\d+)\.(\d+)/.exec(engines.node).slice(1).map(Number)
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return
  throw new ScriptError(`llmsel needs Node ${engines.node}; this is Node ${process.versions.node}`)
}

/** npm's exit code and what it said on stderr, which is also passed on as it comes. */
function runNpm(args) {
  const [command, argv] = npmCommand(args)
  return new Promise((done, fail) => {
    const child = spawn(command, argv, { cwd: root, stdio: ['ignore', 2, 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text
      process.stderr.write(text)
    })
    child.once('error', fail)
    child.once('close', (code) => done({ code, said }))
  })
}

function whyItFailed(said) {
  if (/ENOTFOUND|EAI_AGAIN|ENETUNREACH|ECONNREFUSED|ETIMEDOUT|ENOTCACHED/.test(said)) {
    return 'the package registry cannot be reached; connect to the network and run this again'
  }
  if (/EUSAGE/.test(said)) return 'package-lock.json does not fit package.json; run: npm install'
  if (/ENOSPC/.test(said)) return 'the disk is full'
  if (/EACCES|EROFS|EPERM/.test(said)) return `${root} cannot be written to`
  return 'npm said why above'
}

/** Installs what package-lock.json asks for, unless it is there already; says which on stderr. */
export async function ensureInstalled() {
  requireNode()
  const wanted = wantedInstall()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('installing the development dependencies (npm ci) …')
  const started = Date.now()
  const { code, said } = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund']).catch(
    (error) => {
      if (error.code !== 'ENOENT') throw error
      throw new ScriptError('npm is not on the PATH; it comes with Node: https://nodejs.org')
    },
  )
  if (code !== 0) throw new ScriptError(`installing failed: ${whyItFailed(said)}`)
  writeFileSync(stamp, wanted)
  console.error(`installed in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
