import { allTokens, promptTokens } from '../costs/counts.ts'
import { GATEWAY, type Attempt, type Mark } from './attempt.ts'

/** An attempt as the ledger keeps it. */
export interface Entry extends Attempt {
  /** Whose gateway or import brought it. */
  readonly machine: string
  /** Of the gateway: the id of the one imported attempt that was found to be the same request. */
  readonly twin: string | null
}

/** Each field by its name: V8 takes ten times as long to copy so many that it does not see. */
export function newEntry(attempt: Attempt, machine: string): Entry {
  return {
    id: attempt.id,
    requestId: attempt.requestId,
    source: attempt.source,
    session: attempt.session,
    profile: attempt.profile,
    project: attempt.project,
    kind: attempt.kind,
    provider: attempt.provider,
    model: attempt.model,
    modelAsked: attempt.modelAsked,
    hop: attempt.hop,
    movedBy: attempt.movedBy,
    dialect: attempt.dialect,
    streaming: attempt.streaming,
    startedAtMs: attempt.startedAtMs,
    endedAtMs: attempt.endedAtMs,
    firstTokenMs: attempt.firstTokenMs,
    outcome: attempt.outcome,
    mark: attempt.mark,
    usage: attempt.usage,
    picoUsd: attempt.picoUsd,
    answerId: attempt.answerId,
    machine,
    twin: null,
  }
}

/** How an entry is to change; null is none. */
export interface Change {
  readonly before: Entry | null
  readonly after: Entry | null
}

/** Entries already kept that those to be merged may be about. */
export interface Kept {
  readonly byId: readonly Entry[]
  /** Of the gateway only. */
  readonly byAnswerId: readonly Entry[]
  /** Of the gateway: whose twin is one of them. */
  readonly byTwin: readonly Entry[]
  /** With the negative of one's signature, within a day. */
  readonly bySignature: readonly Entry[]
}

/** A log's time is that of the start or of the end, by a clock that may have been set meanwhile. */
const TWIN_WINDOW_MS = 30_000
const RANK: Readonly<Record<Mark, number>> = { final: 2, partial: 1, estimated: 0 }

/** An imported attempt is known by its answer where its log says which that was. */
export function identityOf({ source, id, answerId }: Attempt): string {
  return source === GATEWAY ? id : (answerId ?? id)
}

/**
 * Of what the gateway and a log without ids of answers both know of one request, as a number that is
 * negative for the log; others may have it too. Null: it is known by its id, or nothing was counted.
 */
export function signatureOf({ source, answerId, mark, usage }: Attempt): number | null {
  if (usage === null || mark !== 'final' || (source !== GATEWAY && answerId !== null)) return null
  const prompt = promptTokens(usage)
  if (prompt === 0) return null
  return (prompt * 1_000_000 + usage.output) * (source === GATEWAY ? 1 : -1)
}

/**
 * What has to change so that each request is kept once: an entry of the gateway before an imported
 * one, a final one before an estimate, the larger count before one that a log took too early. The
 * same entries in another order, or again, come to the same.
 */
export function merge(incoming: readonly Entry[], kept: Kept): Change[] {
  const book = openBook(kept)
  for (const entry of incoming) {
    if (entry.source === GATEWAY) addOwn(book, entry)
    else addImported(book, entry)
  }
  return book.changes()
}

function addOwn(book: Book, entry: Entry): void {
  const present = book.get(entry.id)
  const next = present === null ? entry : better(present, entry)
  if (next === present) return
  const imported = importedOf(book, next)
  if (imported === null) return book.put({ ...next, twin: present?.twin ?? null })
  book.remove(imported)
  book.put({ ...next, twin: imported.answerId === null ? imported.id : null })
}

function importedOf(book: Book, own: Entry): Entry | null {
  const named = own.answerId === null ? null : book.get(own.answerId)
  if (named !== null && named.source !== GATEWAY) return named
  return book.alike(own).find((each) => areTwins(own, each)) ?? null
}

function addImported(book: Book, entry: Entry): void {
  const id = identityOf(entry)
  const present = book.get(id)
  if (present !== null && better(present, entry) === present) return
  if (entry.answerId !== null) {
    if (present !== null || !book.isAnswered(entry.answerId)) book.put(entry)
    return
  }
  const known = book.withTwin(id)
  if (known !== null) {
    if (countedBetter(known, entry) <= 0) return
    // It was taken for the same too early.
    book.put({ ...known, twin: null })
  }
  const free = book.alike(entry).find((own) => own.twin === null && areTwins(own, entry))
  if (free === undefined) return book.put(entry)
  if (present !== null) book.remove(present)
  book.put({ ...free, twin: id })
}

function areTwins(own: Entry, imported: Entry): boolean {
  const { startedAtMs } = imported
  return (
    startedAtMs >= own.startedAtMs - TWIN_WINDOW_MS &&
    startedAtMs <= (own.endedAtMs ?? own.startedAtMs) + TWIN_WINDOW_MS
  )
}

function better(present: Entry, next: Entry): Entry {
  const counted = countedBetter(present, next)
  if (counted !== 0) return counted > 0 ? next : present
  if ((present.picoUsd === null) !== (next.picoUsd === null))
    return present.picoUsd === null ? next : present
  // Only a later line of a log may tell that a subscription paid.
  return present.kind === 'api' && next.kind === 'included' ? next : present
}

/** Above 0: the next is. */
function countedBetter(present: Entry, next: Entry): number {
  return RANK[next.mark] - RANK[present.mark] || countOf(next) - countOf(present)
}

function countOf({ usage }: Entry): number {
  return usage === null ? -1 : allTokens(usage)
}

interface Book {
  get(id: string): Entry | null
  isAnswered(answerId: string): boolean
  /** Of the gateway: the one whose twin it is. */
  withTwin(id: string): Entry | null
  /** Of the gateway for a log, and the other way round. */
  alike(entry: Entry): readonly Entry[]
  put(entry: Entry): void
  remove(entry: Entry): void
  changes(): Change[]
}

function openBook(kept: Kept): Book {
  const before = new Map<string, Entry>()
  const now = new Map<string, Entry>()
  const answered = new Set<string>()
  const idsByTwin = new Map<string, string>()
  const idsBySignature = new Map<number, Set<string>>()
  const changed = new Set<string>()
  const note = (entry: Entry) => {
    const id = identityOf(entry)
    now.set(id, entry)
    if (entry.source === GATEWAY && entry.answerId !== null) answered.add(entry.answerId)
    if (entry.twin !== null) idsByTwin.set(entry.twin, id)
    const signature = signatureOf(entry)
    if (signature === null) return
    const ids = idsBySignature.get(signature) ?? new Set()
    idsBySignature.set(signature, ids.add(id))
  }
  for (const entry of [...kept.byId, ...kept.byAnswerId, ...kept.byTwin, ...kept.bySignature]) {
    before.set(identityOf(entry), entry)
    note(entry)
  }
  return {
    get: (id) => now.get(id) ?? null,
    isAnswered: (answerId) => answered.has(answerId),
    withTwin: (id) => {
      const own = now.get(idsByTwin.get(id) ?? '')
      return own?.twin === id ? own : null
    },
    alike: (entry) => {
      const signature = signatureOf(entry)
      if (signature === null) return []
      const ids = idsBySignature.get(-signature) ?? []
      // One that had it may be counted better by now.
      return [...ids]
        .flatMap((id) => now.get(id) ?? [])
        .filter((each) => signatureOf(each) === -signature)
    },
    put: (entry) => {
      changed.add(identityOf(entry))
      note(entry)
    },
    remove: (entry) => {
      const id = identityOf(entry)
      changed.add(id)
      now.delete(id)
    },
    changes: () =>
      [...changed].flatMap((id) => {
        const change = { before: before.get(id) ?? null, after: now.get(id) ?? null }
        return change.before === null && change.after === null ? [] : [change]
      }),
  }
}
