import { expect, test } from 'vitest'
import {
  resolveProgram,
  resolveWorker,
  type FileFacts,
  type Programs,
} from '../../../src/domain/sessions/worker.ts'

const FILE = { kind: 'file', executable: false, shebang: null } as const
const PROGRAM = { kind: 'file', executable: true, shebang: null } as const

const FILES: Readonly<Record<string, FileFacts>> = {
  '/p/w.py': FILE,
  '/p/sub/w.py': FILE,
  '/p/sub/.venv/bin/python': PROGRAM,
  '/q/w.py': FILE,
  '/p/own.py': { ...PROGRAM, shebang: '/usr/bin/env python3' },
  '/p/w.ts': FILE,
  '/p/app/w.ts': FILE,
  '/p/app/node_modules/.bin/tsx': PROGRAM,
  '/p/w.mjs': FILE,
  '/p/w.sh': { ...FILE, shebang: '/bin/bash -e' },
  '/p/plain.sh': FILE,
  '/p/odd': { ...FILE, shebang: '/usr/bin/env -S ruby -w' },
  '/p/binary': PROGRAM,
  '/p/make': { kind: 'directory', executable: false, shebang: null },
  '/p/two words.py': FILE,
  '/caller/w.rb': FILE,
  '/bin/bash': PROGRAM,
}

function programs(onPath: readonly string[], nodeRunsTypeScript = false): Programs {
  return {
    inspect: (path) => FILES[path] ?? { kind: 'missing', executable: false, shebang: null },
    which: (command) => (onPath.includes(command) ? `/usr/bin/${command}` : null),
    nodeRunsTypeScript: () => nodeRunsTypeScript,
  }
}

const ALL = ['python3', 'node', 'ruby', 'sh', 'bash']

test.each([
  ['w.py', ['/usr/bin/python3', '/p/w.py']],
  ['./w.py', ['/usr/bin/python3', '/p/w.py']],
  ['sub/w.py', ['/p/sub/.venv/bin/python', '/p/sub/w.py']],
  ['/q/w.py', ['/usr/bin/python3', '/q/w.py']],
  ['own.py', ['/p/own.py']],
  ['app/w.ts', ['/p/app/node_modules/.bin/tsx', '/p/app/w.ts']],
  ['w.mjs', ['/usr/bin/node', '/p/w.mjs']],
  ['w.sh', ['/bin/bash', '-e', '/p/w.sh']],
  ['plain.sh', ['/usr/bin/sh', '/p/plain.sh']],
  ['./odd', ['/usr/bin/ruby', '-w', '/p/odd']],
  ['binary', ['/p/binary']],
  ['two words.py', ['/usr/bin/python3', '/p/two words.py']],
  ['w.rb', ['/usr/bin/ruby', '/caller/w.rb']],
  ['make', ['/bin/sh', '-c', 'make']],
  ['python3 w.py', ['/bin/sh', '-c', 'python3 w.py']],
  ['cat<in/file', ['/bin/sh', '-c', 'cat<in/file']],
])('--run %j runs %j', (run, argv) => {
  const request = { run, args: [], cwd: '/p', callerCwd: '/caller' }
  expect(resolveWorker(request, programs(ALL))).toEqual(argv)
})

test('arguments go to a file as they are, and to a shell command as "$@"', () => {
  const request = (run: string) => ({ run, args: ['a b', '$x'], cwd: '/p', callerCwd: '/p' })
  expect(resolveWorker(request('binary'), programs([]))).toEqual(['/p/binary', 'a b', '$x'])
  expect(resolveWorker(request('grep -c'), programs([]))).toEqual([
    '/bin/sh',
    '-c',
    'grep -c "$@"',
    'llmsel',
    'a b',
    '$x',
  ])
})

test.each([
  [['tsx', 'bun', 'node'], false, ['/usr/bin/tsx', '/p/w.ts']],
  [['bun', 'node'], true, ['/usr/bin/bun', '/p/w.ts']],
  [['deno'], false, ['/usr/bin/deno', 'run', '--allow-all', '/p/w.ts']],
  [['node'], true, ['/usr/bin/node', '/p/w.ts']],
])('TypeScript with %j on PATH', (onPath, nodeRuns, argv) => {
  const request = { run: 'w.ts', args: [], cwd: '/p', callerCwd: '/p' }
  expect(resolveWorker(request, programs(onPath, nodeRuns))).toEqual(argv)
})

test.each([
  ['w.py', [], 'python3 is not installed'],
  ['w.ts', ['node'], 'tsx, bun, deno or Node 22.18 is not installed'],
  ['./odd', [], 'ruby is not installed'],
  ['none.py', ALL, 'missing worker file: none.py'],
  ['bin/none', ALL, 'missing worker file: bin/none'],
  ['./make', ALL, 'the worker is a directory'],
])('--run %j with %j on PATH fails: %s', (run, onPath, message) => {
  const request = { run, args: [], cwd: '/p', callerCwd: '/p' }
  expect(() => resolveWorker(request, programs(onPath))).toThrow(message)
})

test.each(['/p/binary', 'app/node_modules/.bin/tsx'])(
  'a program after -- is run as it is: %s',
  (path) => {
    expect(resolveProgram([path, '$x'], '/p', programs([]))).toEqual([path, '$x'])
  },
)
