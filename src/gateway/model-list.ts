import { readBounded } from '../adapters/bounded-file.ts'
import { LlmselError, reasonOf } from '../domain/errors.ts'
import { isLoopback } from '../domain/loopback.ts'
import type { Env } from '../ports.ts'
import { openUpstreams } from './upstream.ts'

const MAX_BYTES = 20 << 20
const TIMEOUT_MS = 30_000

/**
 * The text of a list of models, from a URL (https; http to this machine only) or a file.
 * @throws LlmselError `io` for one that cannot be read, is too long or leads elsewhere.
 */
export async function readModelList(from: string, env: Env, slowMs = TIMEOUT_MS): Promise<string> {
  if (!/^[a-z][a-z+.-]*:\/\//i.test(from)) return fileText(from)
  const url = checkedUrl(from)
  const upstreams = openUpstreams(env, () => {})
  try {
    return await download(upstreams, url, slowMs)
  } catch (cause) {
    throw new LlmselError('io', `cannot read ${url.origin}${url.pathname}: ${reasonOf(cause)}`, {
      hint: 'download it another way and give the file: llmsel models refresh --from FILE',
      cause,
    })
  } finally {
    await upstreams.close()
  }
}

function checkedUrl(from: string): URL {
  const url = URL.canParse(from) ? new URL(from) : null
  const here = url?.protocol === 'http:' && isLoopback(url.hostname)
  if (url !== null && (here || url.protocol === 'https:') && url.username + url.password === '') {
    return url
  }
  throw new LlmselError('usage', '--from must be a file or an https URL without a password')
}

async function download(
  upstreams: ReturnType<typeof openUpstreams>,
  { origin, pathname, search }: URL,
  slowMs: number,
): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  return await new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer)
      call.abort()
      reject(new Error(reason))
    }
    const timer = setTimeout(() => fail(`no whole answer within ${slowMs / 1000} s`), slowMs)
    const headers = { accept: 'application/json', 'accept-encoding': 'identity' }
    const request = { method: 'GET', origin, path: pathname + search, headers, body: null }
    const call = upstreams.call(request, {
      onHead: (status) => {
        if (status >= 300 && status < 400)
          fail(`it leads elsewhere (${status}), which is not followed`)
        else if (status !== 200) fail(`it answered ${status}`)
      },
      onData: (chunk) => {
        size += chunk.length
        if (size > MAX_BYTES) fail(`it is longer than ${MAX_BYTES >> 20} MB`)
        else chunks.push(chunk)
      },
      onEnd: () => {
        clearTimeout(timer)
        resolve(Buffer.concat(chunks).toString('utf8'))
      },
      onError: (error) => fail(error.message),
    })
  })
}

function fileText(path: string): string {
  const content = readBounded(path, MAX_BYTES)
  if (content?.kind === 'text') return content.text
  const reason = content === null ? 'there is no such file' : content.reason
  throw new LlmselError('io', `cannot read ${path}: ${reason}`)
}
