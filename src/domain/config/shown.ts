import type { JsonObject } from '../json.ts'
import { valueAt, withValue, type KeyPath } from './keys.ts'

const URL_KEY: KeyPath = ['ledger', 'url']

/** The document as it may be shown: without the password that the ledger's URL may hold. */
export function withoutPasswords(document: JsonObject): JsonObject {
  const url = valueAt(document, URL_KEY)
  return typeof url === 'string' ? withValue(document, URL_KEY, withoutPassword(url)) : document
}

/** With stars in its place, whether it stands before the host or among the parameters. */
function withoutPassword(url: string): string {
  return url
    .replace(/^([^:]+:\/\/[^:/?#]*:)[^/?#]*@/, '$1****@')
    .replaceAll(/([?&]password=)[^&#]*/gi, '$1****')
}
