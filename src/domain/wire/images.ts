import type { Conversation, ImagePart } from './conversation.ts'

/** Those of the users and those that tools gave. */
export function imagesOf({ turns }: Conversation): readonly ImagePart[] {
  const images: ImagePart[] = []
  for (const { parts } of turns) {
    for (const part of parts) {
      const said = part.type === 'tool-result' ? part.parts : [part]
      for (const one of said) if (one.type === 'image') images.push(one)
    }
  }
  return images
}
