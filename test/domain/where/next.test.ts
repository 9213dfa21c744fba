import { expect, test } from 'vitest'
import { nextCommands, type Situation } from '../../../src/domain/where/next.ts'

const FRESH: Situation = {
  configured: false,
  active: null,
  fallback: 'premium',
  drifted: false,
  session: null,
  hasSessions: false,
  circuitOpen: false,
  shell: 'bash',
}
const NEW = 'llmsel session new budget --run COMMAND'
const HERE = 'eval "$(llmsel env premium)"'

test.each<[string, Partial<Situation>, readonly string[]]>([
  ['nothing is set up', {}, ['llmsel setup', NEW, HERE]],
  ['a config, no session', { configured: true }, [NEW, HERE, 'llmsel costs']],
  [
    'a shell on a profile',
    { configured: true, active: 'budget' },
    [NEW, 'llmsel which', 'llmsel costs'],
  ],
  [
    'sessions were started',
    { configured: true, hasSessions: true },
    ['llmsel session list', HERE, 'llmsel costs'],
  ],
  [
    'inside a session, without a config',
    { active: 'budget', session: 'budget' },
    ['llmsel session list', 'llmsel which', 'llmsel costs'],
  ],
  [
    'a variable has drifted',
    { active: 'budget', drifted: true },
    ['llmsel which', NEW, 'llmsel costs'],
  ],
  [
    'a circuit is open in a session that has drifted',
    { active: 'budget', session: 'budget', circuitOpen: true, drifted: true },
    ['llmsel failover', 'llmsel which', 'llmsel session list'],
  ],
  [
    'in fish',
    { configured: true, shell: 'fish' },
    [NEW, 'llmsel env premium --shell fish | source', 'llmsel costs'],
  ],
])('what makes sense next: %s', (_, now, expected) => {
  const next = nextCommands({ ...FRESH, ...now })
  expect(next.map(({ command }) => command)).toEqual(expected)
})
