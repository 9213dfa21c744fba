// Builds dist/: the library by tsc, the CLI and the dashboard by esbuild. Nothing is built twice from the same sources.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const stamp = join(root, 'dist', '.built-from')

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? sources(path) : [path]
  })
}

const byName = (a, b) => (a < b ? -1 : 1)

function fingerprint() {
  const hash = createHash('sha256')
  const inputs = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.lib.json']
    .map((name) => join(root, name))
    .concat(fileURLToPath(import.meta.url), sources(join(root, 'src')).toSorted(byName))
  for (const path of inputs)
    hash.update(relative(root, path)).update('\0').update(readFileSync(path))
  return hash.digest('hex')
}

/** pg can do without it. */
const EXTERNAL = ['pg-native']

/** Every bundle needs it, so it is one of its own. */
const SHARED = 'commander'

/** Loads the other bundles, and is itself loaded by Node. */
const START = join(root, 'src', 'start.ts')

/** The thread that the ledger's database is used in, all in one file. */
const WORKER = join(root, 'src', 'adapters', 'ledger', 'worker.ts')

const BY_NODE = new Set([START, WORKER])

/**
 * The others are functions, as Node makes of a module, and ASCII, so that the loader can hand V8 a
 * file as it is.
 */
const AS_FUNCTION = {
  charset: 'ascii',
  banner: { js: '(function(module,require,__filename,__dirname){' },
  footer: { js: '})' },
}

/** Each `import('./x.ts')` in the sources becomes a bundle of its own, loaded when it is reached. */
function separateBundles(entries) {
  return {
    name: 'separate-bundles',
    setup(build) {
      build.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined
        const entry = resolve(resolveDir, path)
        entries.add(entry)
        return { path: `./${bundleName(entry)}.cjs`, external: true }
      })
      build.onResolve({ filter: new RegExp(`^${SHARED}$`) }, ({ kind }) => {
        if (kind === 'entry-point') return undefined
        entries.add(SHARED)
        return { path: `./${SHARED}.cjs`, external: true }
      })
    },
  }
}

/** Loading them costs 0.2 to 5 ms, and most runs call nothing of theirs. */
const LATE = [
  // As libsql's way to know the C library names it, which asks it for nothing on most machines.
  'child_process',
  'node:child_process',
  'node:crypto',
  'node:http',
  'node:net',
  'node:os',
  'node:timers/promises',
]

/** Imported, they are required only when one of their functions is called. */
const lateModules = {
  name: 'late-modules',
  setup(build) {
    const filter = new RegExp(`^(${LATE.join('|')})$`)
    build.onResolve({ filter }, ({ path, namespace, kind, importer }) => {
      if (namespace !== 'file') return undefined
      const isOwn = kind === 'import-statement' && !importer.includes('node_modules')
      return { path, namespace: isOwn ? 'late' : 'late-whole' }
    })
    build.onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ownLate(path))
    build.onLoad({ filter: /./, namespace: 'late-whole' }, async ({ path }) => {
      const members = (await namesOf(path)).map(
        (name) => `get ${name}() { return require('${path}').${name} }`,
      )
      return { contents: `module.exports = { ${members.join(', ')} }` }
    })
  },
}

/**
 * Functions of which only those stay that are called: the 80 of `node:crypto` cost 1 ms to make. What
 * is more than a call, such as a class, has its module loaded where it is imported.
 */
async function ownLate(path) {
  const whole = await import(path)
  // Asked for each time, a module that is there already costs a microsecond.
  const kept = `let whole\nconst late = () => (whole ??= require('${path}'))`
  const exports = (await namesOf(path)).map((name) => {
    const late = `late().${name}`
    const isCalled = typeof whole[name] === 'function' && !/^[A-Z]/.test(name)
    if (!isCalled) return `export const ${name} = /* @__PURE__ */ (() => ${late})()`
    const call = `(...given) => ${late}(...given)`
    if (whole[name]?.[promisify.custom] === undefined) return `export const ${name} = ${call}`
    const key = "Symbol.for('nodejs.util.promisify.custom')"
    const promised = `(...given) => ${late}[${key}](...given)`
    return `export const ${name} = /* @__PURE__ */ Object.assign(${call}, { [${key}]: ${promised} })`
  })
  return { contents: [kept, ...exports].join('\n') }
}

async function namesOf(path) {
  return Object.keys(await import(path)).filter((name) => name !== 'default')
}

/** commander imports what everybody has: to load that costs 0.1 ms. */
const globalProcess = {
  name: 'global-process',
  setup(build) {
    build.onResolve({ filter: /^node:process$/ }, () => ({ path: 'process', namespace: 'global' }))
    build.onLoad({ filter: /./, namespace: 'global' }, () => ({
      contents: 'module.exports = process',
    }))
  },
}

/**
 * libsql asks Node for a report of the whole process, to know which C library it runs on: 6 ms on a
 * quiet machine. Its binary is looked for from its own folder, wherever a package manager puts that;
 * first where npm does, since Node's way to look costs 2 ms.
 */
const libsqlBinary = {
  name: 'libsql-binary',
  setup(build) {
    build.onLoad({ filter: /node_modules\/libsql\/index\.js$/ }, ({ path }) => {
      const load = 'return require(`@libsql/${target}`);'
      const source = readFileSync(path, 'utf8')
      if (!source.includes(load)) throw new Error('libsql loads its binary in another way')
      const own = `const { existsSync } = require('node:fs')
        const { dirname, join } = require('node:path')
        for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
          const around = join(folder, 'node_modules')
          if (!existsSync(join(around, 'libsql'))) continue
          for (const place of [join(around, 'libsql', 'node_modules'), around]) {
            const binary = join(place, '@libsql', target)
            if (existsSync(binary)) return require(binary)
          }
          break
        }
        const { createRequire } = require('node:module')
        return createRequire(createRequire(__filename).resolve('libsql'))(\`@libsql/\${target}\`)`
      return { contents: source.replace(load, own) }
    })
    build.onLoad({ filter: /node_modules\/@neon-rs\/load\// }, () => ({
      contents: `exports.currentTarget = () => {
        const { platform, arch } = process
        if (platform !== 'linux') return platform + '-' + arch
        const libc = require('detect-libc').familySync() === 'musl' ? 'musl' : 'gnu'
        return 'linux-' + arch + '-' + libc + (arch === 'arm' ? 'eabihf' : '')
      }`,
      resolveDir: join(root, 'node_modules', 'libsql'),
    }))
  },
}

function bundleName(entry) {
  if (entry === SHARED) return SHARED
  return relative(join(root, 'src'), entry).replaceAll('/', '-').replace(/\.ts$/, '')
}

/** `more`: plugins of a bench's own, which come first. */
export async function bundle(entry, outfile, { entries = new Set(), more = [] } = {}) {
  const { build } = await import('esbuild')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    keepNames: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    define: { LLMSEL_VERSION: JSON.stringify(version) },
    // An import() of an external bundle becomes require(): the ESM loader would cost start-up.
    supported: { 'dynamic-import': false },
    external: EXTERNAL,
    plugins: [
      ...more,
      ...(entry === WORKER ? [] : [separateBundles(entries)]),
      lateModules,
      globalProcess,
      libsqlBinary,
    ],
    ...(BY_NODE.has(entry) ? {} : AS_FUNCTION),
    metafile: true,
    logLevel: 'warning',
  })
  return Object.keys(metafile.inputs)
}

async function buildCli() {
  const entries = new Set([START, WORKER, join(root, 'src', 'cli.ts')])
  const inputs = new Set()
  for (const entry of entries) {
    const outfile = join(root, 'dist', 'cli', `${bundleName(entry)}.cjs`)
    for (const input of await bundle(entry, outfile, { entries })) inputs.add(input)
  }
  return inputs
}

/** The page that the gateway shows: static files that need nothing from elsewhere. */
async function buildDashboard() {
  const { build } = await import('esbuild')
  const [from, to] = [join(root, 'src', 'dashboard'), join(root, 'dist', 'dashboard')]
  const { metafile } = await build({
    entryPoints: [join(from, 'main.ts'), join(from, 'style.css')],
    outdir: to,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(from, name), join(to, name))
  return Object.keys(metafile.inputs)
}

/** The licences of what the bundles contain travel with them. */
function writeNotices(inputs) {
  const packages = new Set()
  for (const input of inputs) {
    const found = /^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)
    if (found) packages.add(join(root, input.slice(0, input.indexOf(found[1]) + found[1].length)))
  }
  const notices = [...packages].toSorted(byName).map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    )
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(basename(entry)))
    const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
    return `${name} ${version} (${license})\n${text}`
  })
  const head = 'The command line and the dashboard contain parts of these packages.\n\n'
  writeFileSync(
    join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'),
    head + notices.join(`\n${'-'.repeat(78)}\n\n`),
  )
}

function buildLibrary() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.lib.json')], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error(`tsc failed with ${status}`)
}

/** Builds unless dist/ is already made of these very sources; says which on stderr. */
export async function ensureBuilt() {
  const wanted = fingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('building …')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  buildLibrary()
  const inputs = await buildCli()
  for (const input of await buildDashboard()) inputs.add(input)
  writeNotices(inputs)
  writeFileSync(stamp, wanted)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBuilt()
