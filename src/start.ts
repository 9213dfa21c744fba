import { bundleLoader } from './adapters/bundles.ts'
import { folders } from './adapters/folders.ts'

// V8 with flags of its own, as the gateway's, would put code there that all others refuse.
const state = process.execArgv.length === 0 ? folders(process.env).state : null

bundleLoader({ folder: __dirname, state, require })('./cli.cjs')
