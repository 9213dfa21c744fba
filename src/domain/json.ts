/** A bigint is a whole number that no number holds; only `wire/exact-json.ts` reads and writes any. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Null: the text is no JSON object. */
export function parsedObject(text: string): JsonObject | null {
  if (text === '') return null
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** What JSON carries as it is. */
type Carried<T> = T extends string | number | boolean | null
  ? T
  : T extends bigint | symbol | undefined | ((...given: never) => unknown)
    ? never
    : { readonly [Name in keyof T]: Carried<T[Name]> }

/** A value of an interface: TypeScript takes none for a JsonObject, whatever it is made of. */
export function asJson<T extends object>(value: T & Carried<T>): JsonObject {
  // Carried has looked at all of it.
  return value as unknown as JsonObject
}
