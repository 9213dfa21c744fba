import type { ImagePart } from '../conversation.ts'

/** Null: a data URL that is not base64, which no other format can hold. */
export function readImage(url: string): ImagePart | null {
  if (!/^data:/i.test(url)) return { type: 'image', source: { kind: 'url', url } }
  const comma = url.indexOf(',')
  const [given = '', ...parameters] = url.slice('data:'.length, comma).toLowerCase().split(';')
  if (comma < 0 || given === '' || parameters.at(-1) !== 'base64') return null
  // No such type is registered, and many programs write it.
  const mediaType = given === 'image/jpg' ? 'image/jpeg' : given
  return { type: 'image', source: { kind: 'base64', mediaType, data: url.slice(comma + 1) } }
}

export function imageUrl({ source }: ImagePart): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
}
