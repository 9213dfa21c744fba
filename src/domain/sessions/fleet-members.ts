import { fleetError, MAX_SESSIONS, parseFleetFile, type FleetEntry } from './fleet-file.ts'

/** A file as it was found. */
export interface FoundFleetFile {
  /** Absolute, without links. */
  readonly path: string
  readonly shown: string
  /** Absolute: what the file's relative paths start from. */
  readonly folder: string
  readonly text: string
}

/** One session that a fleet is to have. */
export interface FleetMember {
  readonly name: string
  readonly entry: FleetEntry
  /** Of its file. */
  readonly folder: string
}

/** Reads a file that another one names; `place` is where, for the error that it throws. */
export type ReadFleetFile = (path: string, folder: string, place: string) => FoundFleetFile

/**
 * The file's sessions and those of the files that it includes, in the order in which they stand.
 * @throws LlmselError `invalid-config` for anything wrong in any of them.
 */
export function fleetMembers(root: FoundFleetFile, read: ReadFleetFile): FleetMember[] {
  const members = new Map<string, FleetMember>()
  const seen = new Set<string>()
  const add = (file: FoundFleetFile, above: readonly FoundFleetFile[]): void => {
    if (seen.has(file.path)) return
    seen.add(file.path)
    const { entries, includes } = parseFleetFile(file)
    for (const { path, place } of includes) {
      const included = read(path, file.folder, place)
      const chain = [...above, file]
      const start = chain.findIndex((each) => each.path === included.path)
      if (start >= 0) throw fleetError(place, cycleText([...chain.slice(start), included]))
      add(included, chain)
    }
    for (const entry of entries) {
      for (const name of entry.names) {
        const other = members.get(name)
        if (other !== undefined) throw twice(name, entry, other.entry)
        members.set(name, { name, entry, folder: file.folder })
      }
    }
  }
  add(root, [])
  if (members.size > MAX_SESSIONS)
    throw fleetError(root.shown, `${members.size} sessions; a fleet has at most ${MAX_SESSIONS}`)
  return [...members.values()]
}

function cycleText(files: readonly FoundFleetFile[]): string {
  return `"include" comes back to its own file: ${files.map(({ shown }) => shown).join(' → ')}`
}

function twice(name: string, { place }: FleetEntry, other: FleetEntry): Error {
  return fleetError(place, `a session named ${name} is already at ${other.place}`)
}
