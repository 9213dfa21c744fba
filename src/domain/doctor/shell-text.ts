import { BEGIN, END } from '../shell/rc-block.ts'
import type { ShellFile } from './facts.ts'

export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** A start-up file as far as llmsel is concerned. */
export interface ShellText {
  readonly path: string
  readonly shell: ShellFile['shell']
  readonly role: ShellFile['role']
  /** Where each of llmsel's blocks begins. */
  readonly blocks: readonly Place[]
  /** Markers without a partner. */
  readonly strayMarkers: readonly Place[]
  /** Lines outside the blocks that run `llmsel env`. */
  readonly envLines: readonly Place[]
  /** The blocks and those lines: what applies a profile. */
  readonly anchors: readonly Place[]
  /** Variables of llmsel's that other lines export. */
  readonly exports: readonly { readonly place: Place; readonly name: string }[]
  readonly sourcesBashrc: boolean
}

export function readShellFile(file: ShellFile, managed: readonly string[]): ShellText {
  const { path, shell, role, content } = file
  const lines = content.kind === 'text' ? content.text.split(/\r?\n/) : []
  const markers = markersIn(lines)
  const place = (line: number): Place => ({ file: path, line })
  const inside = (line: number) => markers.blocks.some(({ from, to }) => from <= line && line <= to)
  const own = lines
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text, line }) => !/^\s*#/.test(text) && !inside(line))
  const blocks = markers.blocks.map(({ from }) => place(from))
  const envLines = own
    .filter(({ text }) => /\bllmsel\s+env\b/.test(text))
    .map(({ line }) => place(line))
  return {
    path,
    shell,
    role,
    blocks,
    strayMarkers: markers.stray.map(place),
    envLines,
    anchors: [...blocks, ...envLines],
    exports: own.flatMap(({ text, line }) =>
      exportedBy(text, shell)
        .filter((name) => managed.includes(name))
        .map((name) => ({ place: place(line), name })),
    ),
    sourcesBashrc: own.some(({ text }) => text.includes('bashrc')),
  }
}

interface Markers {
  readonly blocks: readonly { readonly from: number; readonly to: number }[]
  readonly stray: readonly number[]
}

function markersIn(lines: readonly string[]): Markers {
  const markers = lines.flatMap((text, index) => {
    const kind = text.startsWith(BEGIN) ? 'begin' : text === END ? 'end' : null
    return kind === null ? [] : [{ kind, line: index + 1 }]
  })
  const blocks = markers.flatMap(({ kind, line }, index) => {
    const next = markers[index + 1]
    return kind === 'begin' && next?.kind === 'end' ? [{ from: line, to: next.line }] : []
  })
  const paired = new Set(blocks.flatMap(({ from, to }) => [from, to]))
  return { blocks, stray: markers.flatMap(({ line }) => (paired.has(line) ? [] : [line])) }
}

/** The variables that a line exports, as far as a line alone can tell. */
function exportedBy(line: string, shell: ShellFile['shell']): string[] {
  if (shell === 'fish') {
    const [, flags = '', name = ''] = /\bset\s+((?:-{1,2}[\w-]+\s+)+)(\w+)(?:\s|$)/.exec(line) ?? []
    return /(?:^|\s)(?:-\w*x\w*|--export)\s/.test(flags) ? [name] : []
  }
  const [, rest] = /\b(?:export|(?:typeset|declare)\s+-\w*x\w*)\s+(.*)$/.exec(line) ?? []
  return [...(rest ?? '').matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g)].map(([, name = '']) => name)
}
