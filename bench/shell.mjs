// `npm run bench:shell`: what llmsel adds to a shell, beside what others add, in the same run.
//
// Interactive starts are of bash with an rc file, timed against the same bash with an empty rc file,
// alternately. The prompt hook is timed inside one bash, where nothing has changed.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, root, runScript, ScriptError } from '../scripts/prepare.mjs'
import { BATCH, measure, run, RUNS, sandbox } from './timing.mjs'

const LLMSEL = join(root, 'bin', 'llmsel')
const PROMPTS = 2000

function rcFile({ folder }, name, text) {
  const path = join(folder, `${name}.rc`)
  writeFileSync(path, text)
  return path
}

function bash(rc) {
  return ['bash', '--rcfile', rc, '-ic', ':']
}

/** Rows of `bash -i` with one line more in its rc file than the empty one. */
function startRows(world) {
  const env = { ...world.env, PATH: `${join(root, 'bin')}:${world.env.PATH}` }
  const empty = bash(rcFile(world, 'empty', ''))
  const block = run([LLMSEL, 'init', 'bash'], env).stdout
  run([LLMSEL, 'use', 'budget', '--global'], env)
  const installed = rcFile(world, 'installed', `. ${rcFile(world, 'init', block)}`)
  // The first start renders the fragments that the later ones read.
  run(bash(installed), env)
  run([LLMSEL, 'env', 'haiku'], env)
  const row = (name, rc, target = null) => ({
    name,
    target,
    env,
    batch: BATCH,
    against: [
      '/bin/sh',
      '-c',
      `for i in ${'x '.repeat(BATCH)}; do bash --rcfile "$0" -ic : || exit; done`,
      empty[2],
    ],
    command: () => bash(rc),
  })
  return [
    row('bash, empty rc file', empty[2]),
    row('bash, llmsel init installed', installed),
    row('bash, eval "$(llmsel env haiku)"', rcFile(world, 'line', 'eval "$(llmsel env haiku)"')),
    row('bash, eval "$(direnv hook bash)"', rcFile(world, 'direnv', 'eval "$(direnv hook bash)"')),
    row('bash, eval "$(zoxide init bash)"', rcFile(world, 'zoxide', 'eval "$(zoxide init bash)"')),
  ]
}

/** Rows against `dash -c :`. */
function commandRows(world) {
  const against = [
    '/bin/sh',
    '-c',
    `i=0; while [ $i -lt ${BATCH} ]; do dash -c : || exit; i=$((i + 1)); done`,
  ]
  const row = (name, command, target = null) => ({
    name,
    target,
    env: world.env,
    batch: BATCH,
    against,
    command: () => command,
  })
  return [
    row('llmsel env haiku', [LLMSEL, 'env', 'haiku'], 3),
    row('direnv hook bash', ['direnv', 'hook', 'bash']),
    row('zoxide init bash', ['zoxide', 'init', 'bash']),
  ]
}

/** Microseconds a prompt: the hook in a loop, in a folder eight levels deep in a project. */
function promptMicroseconds(world) {
  const deep = join(world.folder, 'a/b/c/d/e/f/g/h')
  mkdirSync(deep, { recursive: true })
  writeFileSync(join(world.folder, '.llmsel.json'), '{"profile": "budget"}')
  const script = `cd "$1"; PATH=${join(root, 'bin')}:$PATH; . "$2"; __llmsel_hook 2>/dev/null
    s=$EPOCHREALTIME; for ((i = 0; i < ${PROMPTS}; i++)); do __llmsel_hook; done; echo $s $EPOCHREALTIME $__llmsel_project`
  const argv = ['--norc', '-ic', script, 'bash', deep, join(world.folder, 'init.rc')]
  const { stdout } = spawnSync('bash', argv, { env: world.env, encoding: 'utf8' })
  const [started, ended, project] = stdout.trim().split(' ')
  if (project === undefined) throw new ScriptError('the hook saw no project')
  return ((Number(ended) - Number(started)) * 1e6) / PROMPTS
}

function lines(rows, unit) {
  return rows.map(({ name, ms, nodeMs, ratio, target }) => {
    const base = nodeMs / BATCH
    const verdict =
      target === null
        ? ''
        : ratio * BATCH <= target
          ? `target ${target}, ok`
          : `target ${target}, miss`
    const added =
      unit === 'added' ? `+${(ms - base).toFixed(2)} ms` : `${(ratio * BATCH).toFixed(2)} x dash`
    return `${name.padEnd(36)} ${ms.toFixed(2).padStart(6)} ms  ${added.padStart(11)}  ${verdict}`.trimEnd()
  })
}

await runScript(async () => {
  await ensureInstalled()
  await ensureBuilt()
  for (const tool of ['direnv', 'zoxide', 'dash']) {
    if (spawnSync(tool, ['--version']).error !== undefined) {
      throw new ScriptError(`${tool} is not installed; it is measured beside llmsel`)
    }
  }
  const world = sandbox()
  try {
    const starts = startRows(world).map((row) => measure(row))
    const commands = commandRows(world).map((row) => measure(row))
    const date = new Date().toISOString().slice(0, 10)
    console.log(
      `${date}, Node ${process.versions.node}, ${availableParallelism()} cores, medians of ${RUNS} batches of ${BATCH}`,
    )
    console.log([...lines(starts, 'added'), ...lines(commands, 'dash')].join('\n'))
    console.log(
      `prompt hook, nothing changed: ${promptMicroseconds(world).toFixed(0)} microseconds a prompt, no process`,
    )
    return 0
  } finally {
    rmSync(world.folder, { recursive: true, force: true })
  }
})
