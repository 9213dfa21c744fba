import { found, ok, type Finding } from './finding.ts'
import type { ShellFacts, ShellFile } from './facts.ts'
import { readShellFile, type Place, type ShellText } from './shell-text.ts'

/** What the start-up files do to llmsel's variables, and llmsel to them. */
export function shellFindings({ name, files }: ShellFacts, managed: readonly string[]): Finding[] {
  const texts = files.map((file) => readShellFile(file, managed))
  const own = texts.filter(({ shell }) => shell === name)
  return [
    ...unreadable(files),
    ...blockFindings(name, own),
    ...loginFindings(own),
    ...(['bash', 'zsh', 'fish'] as const).flatMap((shell) =>
      lineFindings(texts.filter((text) => text.shell === shell)),
    ),
  ]
}

function unreadable(files: readonly ShellFile[]): Finding[] {
  return files.flatMap(({ path, content }) =>
    content.kind === 'text'
      ? []
      : [found('shell', 'warning', { message: `${path} was not looked at: ${content.reason}` })],
  )
}

function blockFindings(shell: string, texts: readonly ShellText[]): Finding[] {
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    const message =
      shell === ''
        ? 'SHELL is not set, so it cannot be seen whether your shell loads llmsel'
        : `${shell} is a shell that llmsel init does not know`
    return [found('shell', 'note', { message })]
  }
  const install = `llmsel init ${shell} --install`
  const stray = texts.flatMap(({ strayMarkers }) => strayMarkers)[0]
  if (stray !== undefined) {
    return [
      found('shell', 'broken', {
        message: `${at(stray)} begins or ends a block of llmsel that has lost its other marker`,
        fix: `take out what is left of the block at ${at(stray)}, then: ${install}`,
      }),
    ]
  }
  const twice = texts.find(({ blocks }) => blocks.length > 1)
  if (twice !== undefined) {
    const message = `${twice.path} loads llmsel ${twice.blocks.length} times`
    return [found('shell', 'warning', { message, fix: install })]
  }
  const loaded = texts.find(({ role, blocks }) => role === 'rc' && blocks.length > 0)
  if (loaded !== undefined) return [ok('shell', `${loaded.path} loads llmsel`)]
  const message = `${shell} does not load llmsel, so \`llmsel use\` cannot act on a shell`
  return [found('shell', 'note', { message, fix: install })]
}

/** bash reads no .bashrc in a login shell, which is what tmux starts in a new window. */
function loginFindings(texts: readonly ShellText[]): Finding[] {
  const rc = texts.find(
    ({ path, role, anchors }) => path.endsWith('bashrc') && role === 'rc' && anchors.length > 0,
  )
  const login = texts.find(({ role }) => role === 'login')
  if (rc === undefined || login?.sourcesBashrc === true || (login?.anchors.length ?? 0) > 0)
    return []
  const why =
    login === undefined
      ? `reads no ${rc.path}`
      : `reads ${login.path}, which does not source ${rc.path}`
  return [
    found('login', 'warning', {
      message: `a login shell, as in a new tmux window, ${why}`,
      fix: 'llmsel init bash --install',
    }),
  ]
}

/** A key that comes back is a surprise in a free shell only. */
const CREDENTIAL = /_(?:API_KEY|AUTH_TOKEN)$/

/** `texts` of one shell, in the order in which it reads them. */
function lineFindings(texts: readonly ShellText[]): Finding[] {
  const loads = texts.flatMap(({ anchors }) => anchors)
  const block = texts.flatMap(({ blocks }) => blocks)[0]
  const extra = texts.flatMap(({ envLines }) => envLines)
  return [
    ...(block === undefined ? [] : extra.map((place) => redundant(place, block))),
    ...texts.flatMap(({ exports }, index) =>
      exports.flatMap(({ place, name }) => {
        const before = loads.find((load) => comesBefore(load, { place, index }, texts))
        return before === undefined ? [] : [overriding(place, name, before)]
      }),
    ),
  ]
}

function comesBefore(
  load: Place,
  { place, index }: { readonly place: Place; readonly index: number },
  texts: readonly ShellText[],
): boolean {
  if (load.file === place.file) return load.line < place.line
  return texts.findIndex(({ path }) => path === load.file) < index
}

function redundant(place: Place, block: Place): Finding {
  return found('shell', 'warning', {
    message: `${at(place)} runs llmsel env although ${at(block)} sets the default`,
    fix: `take out line ${place.line} of ${place.file}; then: llmsel use NAME --global`,
  })
}

function overriding(place: Place, name: string, load: Place): Finding {
  const secret = CREDENTIAL.test(name)
  return found('exports', secret ? 'note' : 'warning', {
    message: secret
      ? `${at(place)} sets ${name} after llmsel (${at(load)}): a free shell gets it too`
      : `${at(place)} sets ${name} after llmsel (${at(load)}): every new shell has that value`,
    fix: `move line ${place.line} of ${place.file} above line ${load.line}, or take it out`,
  })
}

function at({ file, line }: Place): string {
  return `${file}:${line}`
}
