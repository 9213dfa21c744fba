import type { Environment } from './environment.ts'
import { renderApply } from './apply.ts'
import { quote } from './quote.ts'

export interface Evaluated {
  readonly environment: Environment
  /** Said on stderr where the code is an order; each a line. */
  readonly notes: readonly string[]
  /** Said on stderr from an rc file too. */
  readonly rcNotes: readonly string[]
}

/** `line`: a line that the person wrote. `user`: the user's default, which every other choice outranks. */
export type Scope = 'line' | 'user'

/**
 * What `eval "$(llmsel env NAME)"` runs. In the rc file of an interactive shell it is a default: it
 * yields to a choice inherited from the parent shell and, in a session's pane, re-applies the
 * session. At a prompt, in a script, a sourced file or a function it is an order.
 */
export function renderEval(
  syntax: 'sh' | 'fish' | 'powershell',
  evaluated: Evaluated,
  scope: Scope = 'line',
): string {
  const { environment, notes, rcNotes } = evaluated
  const apply = renderApply(syntax, {
    ...environment,
    set: { ...environment.set, LLMSEL_ORIGIN: 'shell' },
  })
  if (syntax === 'powershell') return `${apply}${SAY.powershell(notes)}`
  const guard = GUARDS[syntax]
  return [
    scope === 'user' ? guard.asUser : guard.where,
    guard.begin,
    apply.trimEnd(),
    guard.origin,
    guard.ifOrder,
    SAY[syntax](notes),
    guard.elseRc,
    SAY[syntax](rcNotes),
    guard.end,
    '',
  ].join('\n')
}

const SAY = {
  sh: (notes: readonly string[]) =>
    notes.map((note) => `printf '%s\\n' ${quote('sh', `llmsel: ${note}`)} >&2\n`).join('') + ':',
  fish: (notes: readonly string[]) =>
    notes.map((note) => `printf '%s\\n' ${quote('fish', `llmsel: ${note}`)} >&2\n`).join('') +
    'true',
  powershell: (notes: readonly string[]) =>
    notes
      .map((note) => `[Console]::Error.WriteLine(${quote('powershell', `llmsel: ${note}`)})\n`)
      .join(''),
}

/*
 * Where the code runs. bash: a startup file is in BASH_SOURCE, and `s` (commands from stdin) is put
 * into `$-` only after the startup files; the bottom of the call stack tells a function that is
 * called by `bash -ic`. zsh says it in ZSH_EVAL_CONTEXT. dash says nothing, so there it is an order.
 * The arrays are hidden in eval from shells that have none.
 */
const SH_WHERE = `__llmsel_at=order
case $-\${ZSH_VERSION:+zsh}\${BASH_VERSION:+bash} in
  *i*zsh) case \${ZSH_EVAL_CONTEXT-} in
    file*) eval '__llmsel_at="rc \${\${funcsourcetrace[-1]-}%:*}"' ;;
  esac ;;
  *s*bash) ;;
  *i*bash) eval 'case \${BASH_SOURCE-} in
      "" | "$0") ;;
      *) __llmsel_at=\${#FUNCNAME[@]}
        [ "$__llmsel_at" -gt 0 ] && __llmsel_at=\${FUNCNAME[__llmsel_at - 1]}
        case $__llmsel_at in
          0 | source) __llmsel_at="rc \${BASH_SOURCE[\${#BASH_SOURCE[@]}-1]}" ;;
          *) __llmsel_at=order ;;
        esac ;;
    esac' ;;
esac`

const GUARDS = {
  sh: {
    where: SH_WHERE,
    asUser: '__llmsel_at=user',
    // What yields is set aside as "kept", so that nothing below runs.
    begin: `case $__llmsel_at:\${LLMSEL_ORIGIN-} in
  rc*:shell* | user:shell* | user:project* | user:rc*) __llmsel_at=kept ;;
  rc* | user*)
    if [ -r "\${LLMSEL_SESSION_DIR-}/env.sh" ]; then
      . "$LLMSEL_SESSION_DIR/env.sh"
      __llmsel_at=kept
    fi ;;
esac
case $__llmsel_at in
  kept) ;;
  *)`,
    origin: `case $__llmsel_at in
  order) __llmsel_at=shell ;;
esac
export LLMSEL_ORIGIN="$__llmsel_at"`,
    ifOrder: 'case $__llmsel_at in shell)',
    elseRc: ';;\n*)',
    end: ';;\nesac\n;;\nesac\nunset __llmsel_at',
  },
  fish: {
    where: `set -l llmsel_at shell
if status is-interactive; and test -z "$(status current-commandline 2>/dev/null)"
  set -l files (string match -rg 'of file (.*)' -- (status stack-trace))
  test (count $files) -gt 0; and set llmsel_at "rc "(string replace -r '^~/' "$HOME/" -- $files[-1])
end`,
    asUser: 'set -l llmsel_at user',
    begin: `if string match -qr '^(rc.*:shell|user:(shell|project|rc))' -- "$llmsel_at:$LLMSEL_ORIGIN"
else if test "$llmsel_at" != shell; and test -r "$LLMSEL_SESSION_DIR/env.fish"
  source "$LLMSEL_SESSION_DIR/env.fish"
else`,
    origin: 'set -gx LLMSEL_ORIGIN $llmsel_at',
    ifOrder: 'if test "$llmsel_at" = shell',
    elseRc: 'else',
    end: 'end\nend',
  },
} as const
