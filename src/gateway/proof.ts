import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** The gateway's own secret, 32 bytes in a file that only its user reads. */
export type Secret = Buffer

/**
 * What a listener says to prove that it knows the secret. The port is in it, so that an impostor on
 * another port cannot pass the question on to the true gateway.
 */
export function proofOf(secret: Secret, nonce: string, port: number): string {
  return mac(secret, `prove ${port} ${nonce}`)
}

/** What the CLI shows to the gateway, after the gateway has proved itself. */
export function controlToken(secret: Secret): string {
  return `llmsel-c-${mac(secret, 'control')}`
}

/**
 * Of a shell on a profile, outside any session; made anew from the secret, so nothing is stored.
 * `own`: what tells shells with keys of their own apart; empty: it has none.
 */
export function profileToken(secret: Secret, profile: string, own = ''): string {
  const mark = own === '' ? '' : `\n${mac(secret, `own ${own}`).slice(0, 16)}`
  return tokenOf(secret, `${profile}${mark}`)
}

function tokenOf(secret: Secret, shell: string): string {
  return `llmsel-p-${Buffer.from(shell).toString('base64url')}-${mac(secret, `profile ${shell}`)}`
}

/** Null: not a token of that kind, or not made with this secret. */
export function profileOfToken(secret: Secret, token: string): string | null {
  const [, name] = /^llmsel-p-([\w-]+)-[\w-]{43}$/.exec(token) ?? []
  if (name === undefined) return null
  const shell = Buffer.from(name, 'base64url').toString()
  const [profile = ''] = shell.split('\n')
  return same(token, tokenOf(secret, shell)) ? profile : null
}

export function newSessionToken(): string {
  return `llmsel-s-${randomBytes(24).toString('base64url')}`
}

/** What is kept of a session's token. It is random, so that one round is enough. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** In a time that does not tell how much of it was right. */
export function same(given: string, right: string): boolean {
  const [a, b] = [given, right].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

function mac(secret: Secret, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

/** Whether a text is one of these tokens, of this gateway or of another. */
export function isToken(text: string): boolean {
  return /^llmsel-[cdps]-/.test(text)
}
