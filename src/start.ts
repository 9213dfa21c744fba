import { bundleLoader } from './adapters/bundles.ts'
import { folders } from './adapters/folders.ts'

// V8 with flags of its own, as the gateway's, would put code there that all others refuse.
const hasFlags = process.execArgv.some((option) => /^--(?!v8-pool-size=)/.test(option))
const state = hasFlags ? null : folders(process.env).state

bundleLoader({ folder: __dirname, state, require })('./cli.cjs')
