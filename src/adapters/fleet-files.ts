import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { FLEET_FILE_MAX_BYTES } from '../domain/sessions/fleet-file.ts'
import type { FleetFiles } from '../ports.ts'
import { readBounded } from './bounded-file.ts'

export function fleetFiles(): FleetFiles {
  return {
    read: (path, folder) => {
      const absolute = resolve(folder, path)
      return { path: withoutLinks(absolute), content: readBounded(absolute, FLEET_FILE_MAX_BYTES) }
    },
  }
}

function withoutLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // A file that is gone still has a folder, and its sessions still run.
    return dirname(path) === path ? path : join(withoutLinks(dirname(path)), basename(path))
  }
}
