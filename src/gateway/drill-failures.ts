import type { Profile } from '../domain/profiles/profile.ts'
import type { Play, Plays } from './drill-servers.ts'

export interface Failure {
  readonly name: string
  readonly plays: Plays
  /** What is played first, in a conversation of its own; null: nothing. */
  readonly before: Plays | null
  /** Whether the gateway did what it promises. */
  readonly promises: (seen: Seen) => boolean
}

interface Seen {
  readonly status: number
  readonly text: string
  readonly trail: readonly string[]
}

const ALL_WELL: Plays = () => 'answer'
const first =
  (play: Play): Plays =>
  (hop) =>
    hop === 0 ? play : 'answer'

/** Every failure that the gateway knows, on this profile's chain. */
export function failures({ chain }: Profile): Failure[] {
  const moves = chain.length > 1
  const whole = ({ text }: Seen) => text.includes('message_stop') && !text.includes('event: error')
  const movesOn = (seen: Seen) => (moves ? whole(seen) && seen.trail.length === 2 : !whole(seen))
  const row = (name: string, plays: Plays, promises: Failure['promises']): Failure => ({
    name,
    plays,
    before: null,
    promises,
  })
  return [
    row('every model answers', ALL_WELL, (seen) => whole(seen) && seen.trail.length === 1),
    row('the first is rate limited (429)', first('429'), movesOn),
    {
      ...row('the next request, while its circuit is open', first('429'), (seen) =>
        moves ? whole(seen) && seen.trail.length === 1 : seen.status === 429,
      ),
      before: first('429'),
    },
    row('the first is overloaded (529)', first('529'), movesOn),
    // The only hop may be silent for as long as its client waits, which would be for ever.
    ...(moves
      ? [row('the first says nothing (a minute, played in half a second)', first('hang'), movesOn)]
      : []),
    row('the first closes the connection', first('dead'), (seen) =>
      moves ? whole(seen) : !whole(seen),
    ),
    row('the first fails in its stream, before content', first('error before content'), movesOn),
    row(
      'the first fails in its stream, after content',
      first('error after content'),
      ({ text, trail }) =>
        trail.length === 1 &&
        text.includes('a drill') &&
        !text.includes('message_stop') &&
        text.split('event: error').length === 2,
    ),
    row(
      'all are overloaded',
      () => '529',
      ({ status, trail }) => status >= 500 && trail.length === chain.length,
    ),
  ]
}
