/** What the page may read with, or why it may not. */
export type Access = { readonly token: string } | { readonly problem: string | null }

const KEPT = 'llmsel-dashboard-token'

/** By the code in the address, which is taken out of it, or else what this tab was given before. */
export async function obtainAccess(): Promise<Access> {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1]
  if (location.hash !== '') history.replaceState(null, '', location.pathname)
  if (code !== undefined) return await redeem(code)
  const token = sessionStorage.getItem(KEPT)
  return token === null ? { problem: null } : { token }
}

export function forgetAccess(): void {
  sessionStorage.removeItem(KEPT)
}

async function redeem(code: string): Promise<Access> {
  try {
    const reply = await fetch('/api/llm/dashboard/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    })
    // The gateway's own answer, of dashboard.ts.
    const body = (await reply.json()) as { readonly token?: string; readonly error?: string }
    if (body.token === undefined) return { problem: body.error ?? `status ${reply.status}` }
    sessionStorage.setItem(KEPT, body.token)
    return { token: body.token }
  } catch {
    return { problem: 'the gateway does not answer: run llmsel gateway status' }
  }
}
