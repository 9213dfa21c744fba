import { OTHERS } from './spending.ts'

/** Shades of one hue a provider, so that what one provider got is seen at once. */
export function colourOf(model: string, all: readonly string[]): string {
  const family = familyOf(model)
  if (family === 'other') return '--other'
  const place = all.filter((name) => familyOf(name) === family).indexOf(model)
  return `--${family}-${(place % 3) + 1}`
}

function familyOf(model: string): 'claude' | 'openai' | 'local' | 'other' {
  if (model === OTHERS) return 'other'
  if (model.startsWith('claude')) return 'claude'
  return /^(?:gpt|chatgpt|codex|o\d)/.test(model) ? 'openai' : 'local'
}
