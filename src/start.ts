import { bundleLoader } from './adapters/bundles.ts'
import { folders } from './adapters/folders.ts'

bundleLoader({ folder: __dirname, state: folders(process.env).state, require })('./cli.cjs')
