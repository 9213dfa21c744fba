import type { ImagePart } from '../conversation.ts'

/** Null: a data URL that is not base64, which no other format can hold. */
export function readImage(url: string): ImagePart | null {
  if (!/^data:/i.test(url)) return { type: 'image', source: { kind: 'url', url } }
  const comma = url.indexOf(',')
  const [mediaType = '', ...parameters] = url.slice('data:'.length, comma).split(';')
  if (comma < 0 || mediaType === '' || parameters.at(-1)?.toLowerCase() !== 'base64') return null
  return { type: 'image', source: { kind: 'base64', mediaType, data: url.slice(comma + 1) } }
}

export function imageUrl({ source }: ImagePart): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
}
