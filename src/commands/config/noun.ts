import { Command } from 'commander'
import type { Context } from '../../ports.ts'
import { attach } from '../attach.ts'
import { getCommand } from './get.ts'
import { listCommand } from './list.ts'
import { pathCommand } from './path.ts'
import { setCommand } from './set.ts'
import { unsetCommand } from './unset.ts'

const EXAMPLES = `
Examples:
  llmsel config list
  llmsel config set default budget
  llmsel config set profiles.night.model haiku
  llmsel config get default

Settings, with a word in capitals for what you choose:
  default                         the profile where nothing else decides
  pins.ALIAS                      the exact id that an alias is to stay on
  models.ID                       a model of your own: an object of
                                  provider, input, output, cacheRead,
                                  cacheWrite5m, cacheWrite1h ($ per 1M
                                  tokens), contextTokens, outputTokens
  profiles.NAME.env.VARIABLE      a variable of its shells and sessions
  profiles.NAME.model             its model: an alias or an exact id
  profiles.NAME.failover          true: the chain is there for its failures
  profiles.NAME.chain             who is asked after the model, in order
  profiles.NAME.enforce           true: its chain, whatever a request names
  profiles.NAME.limit             what it may spend: 5/day,100/month
  profiles.NAME.env               all such variables, as an object
  profiles.NAME                   all of these, as an object
  providers.PROVIDER.baseUrl      another server for claude, openai or
                                  ollama: an origin without /v1
  providers.ollama.model          what the alias ollama means
  providers.ollama.contextTokens  the window of local models, in tokens
  failover.failures               failures in a row that open a circuit (5)
  failover.failurePercent         or of so many in a hundred (50),
  failover.failureMinimum         of at least so many requests (10),
  failover.windowSeconds          within so long (60)
  failover.openSeconds            how long it opens at first, seconds (30)
  failover.maxOpenSeconds         and at most, after doubling (300)
  failover.maxRetryAfterSeconds   the most that retry-after can ask (3600)
  failover.silenceSeconds         how long a stream may be silent (60)
  failover.loadingSeconds         the same of a local model (360)
  failover.wholeSeconds           for an answer in one piece (300)
  failover.awaySeconds            how long one stays away from Claude (300)
  gateway.port                    the gateway's port (4747)
  gateway.autostart               false: sessions do not go through it
  gateway.drainSeconds            how long a stop waits for requests (30)
  ledger.url                      a PostgreSQL database, to share a ledger
  ledger.retentionDays            single requests are kept for so long
`

export function configNoun(ctx: Context): Command {
  return attach(
    new Command('config').addHelpText('after', EXAMPLES),
    listCommand(ctx),
    getCommand(ctx),
    setCommand(ctx),
    unsetCommand(ctx),
    pathCommand(ctx),
  )
}
