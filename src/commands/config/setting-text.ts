import type { Json } from '../../domain/json.ts'

/** As `config set` takes it back: text bare, lists of names with commas, the rest as JSON. */
export function settingText(value: Json): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.join(',')
  return JSON.stringify(value)
}
