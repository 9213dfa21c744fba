// Logs as Claude Code writes them: a question and its answer in turn, one answer in four in two lines.
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const FILES = 500
const PROJECTS = 20
const START = Date.UTC(2026, 9, 10)

// With the characters that make a scanner stumble.
const PROSE =
  'const value = await read(path) // naïve: "usage":{ is no end\n  if (value === null) return '
const TEXT = JSON.stringify(PROSE.repeat(40)).slice(1, -1)

function uuid(n) {
  const head = ((n * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  return `${head}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
}

/** As long as asked for, and not cut within an escape. */
function prose(length) {
  return TEXT.slice(0, length).replace(/\\+$/, '')
}

function tail(n, file) {
  const at = new Date(START + n * 15_000).toISOString()
  const place = `"cwd":"/home/me/project-${file % PROJECTS}","sessionId":"${uuid(1e9 + file)}"`
  return `"uuid":"${uuid(n)}","timestamp":"${at}","userType":"external","entrypoint":"cli",${place},"version":"2.1.330","gitBranch":"HEAD"}\n`
}

function question(n, file) {
  const result = `{"tool_use_id":"toolu_${n}","type":"tool_result","content":"${prose(450 + (n % 500))}"}`
  return `{"parentUuid":"${uuid(n + 7)}","isSidechain":false,"type":"user","message":{"role":"user","content":[${result}]},"toolUseResult":{"stdout":"${prose(290)}"},${tail(n, file)}`
}

function answer(n, file, block) {
  const written = n % 3000
  const usage = `{"input_tokens":${n % 900},"cache_creation_input_tokens":${written},"cache_read_input_tokens":${n % 150_000},"output_tokens":${(n % 2000) + 1},"output_tokens_details":{"thinking_tokens":0},"server_tool_use":{"web_search_requests":0,"web_fetch_requests":0},"service_tier":"standard","cache_creation":{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":${written}},"inference_geo":"","iterations":[],"speed":"standard","fallback_credit":null}`
  const message = `{"id":"msg_01${n.toString(36).padStart(22, 'A')}","type":"message","role":"assistant","model":"claude-sonnet-5-5","content":[${block}],"stop_reason":"tool_use","stop_sequence":null,"usage":${usage},"stop_details":null}`
  return `{"parentUuid":"${uuid(n + 8)}","isSidechain":false,"message":${message},"apiBlockIndex":0,"requestId":"req_011${n}","requestedModel":"claude-sonnet-5-5","promptCacheRequested":"5m","type":"assistant",${tail(n, file)}`
}

function turn(n, file) {
  const said = answer(n, file, `{"type":"text","text":"${prose(300)}"}`)
  if (n % 4 !== 0) return question(n, file) + said
  const call = `{"type":"tool_use","id":"toolu_${n}","name":"Write","input":{"file_path":"/a","content":"${prose(1500)}"}}`
  return question(n, file) + said + answer(n, file, call)
}

/** Appends the answers from `first` on, so many, to the logs of a configuration folder. */
export function appendAnswers(folder, first, count) {
  const files = Math.min(FILES, count)
  let n = first
  for (let file = 0; file < files; file++) {
    const project = join(folder, 'projects', `-home-me-project-${file % PROJECTS}`)
    mkdirSync(project, { recursive: true })
    const lines = []
    for (const end = first + Math.floor(((file + 1) * count) / files); n < end; n++)
      lines.push(turn(n, file))
    appendFileSync(join(project, `${uuid(1e9 + file)}.jsonl`), lines.join(''))
  }
}
