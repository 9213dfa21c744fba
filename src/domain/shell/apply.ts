import type { Environment } from './environment.ts'
import { heldText } from './own-values.ts'
import { quote } from './quote.ts'

/**
 * Shell code that puts an environment on the running shell, so that `renderRestore` can take it off
 * again. `__LLMSEL_SET` lists the names that llmsel holds (`-NAME`: held unset) and
 * `__LLMSEL_OLD_NAME` a held name's value from before, where it had one; both are exported, since a
 * nested shell inherits the choice and must be able to leave it. Taking off always comes first, so
 * what one profile set is gone before the next begins. Safe under `set -eu`.
 */
export function renderApply(
  syntax: 'sh' | 'fish' | 'powershell',
  environment: Environment,
): string {
  const { set, unset } = environment
  const names = [...Object.keys(set), ...unset]
  const write = WRITERS[syntax]
  return [
    write.takeOff,
    write.save(names),
    ...Object.entries(set).map(([name, value]) => write.assign(name, quote(syntax, value))),
    ...unset.map((name) => write.remove(name)),
    write.assign('__LLMSEL_SET', quote(syntax, heldText(environment))),
    write.end,
  ].join('\n')
}

/** Shell code that leaves the shell as it was before llmsel, unset and empty kept apart. */
export function renderRestore(syntax: 'sh' | 'fish' | 'powershell'): string {
  const write = WRITERS[syntax]
  return `${write.takeOff}\n${write.remove('__LLMSEL_SET')}\n${write.end}`
}

/** One exported variable. */
export function renderAssign(
  syntax: 'sh' | 'fish' | 'powershell',
  name: string,
  value: string,
): string {
  return `${WRITERS[syntax].assign(name, quote(syntax, value))}\n`
}

interface Writer {
  readonly takeOff: string
  readonly save: (names: readonly string[]) => string
  /** `word` is already quoted. */
  readonly assign: (name: string, word: string) => string
  readonly remove: (name: string) => string
  /** Comes last, so that all of it has the exit status 0. */
  readonly end: string
}

// A name held unset that has a value now was set by the person since: it stays. An empty one does
// not: a fish shell above this one hides a universal variable so.
const SH_TAKE_OFF = `case \${__LLMSEL_SET-} in ?*)
__llmsel_l="\${__LLMSEL_SET-} "
while [ -n "$__llmsel_l" ]; do
  __llmsel_n=\${__llmsel_l%% *} __llmsel_l=\${__llmsel_l#* } __llmsel_keep=
  case $__llmsel_n in
    '' | *[!A-Za-z0-9_-]*) __llmsel_n= ;;
    -*) __llmsel_n=\${__llmsel_n#-}
      eval "__llmsel_keep=\\\${$__llmsel_n:+x}" ;;
  esac
  case $__llmsel_n$__llmsel_keep in
    '') ;;
    "$__llmsel_n") eval "case \\\${__LLMSEL_OLD_$__llmsel_n+x} in
      x) export $__llmsel_n=\\"\\$__LLMSEL_OLD_$__llmsel_n\\" ;;
      *) unset $__llmsel_n ;;
    esac
    unset __LLMSEL_OLD_$__llmsel_n" ;;
    *) unset "__LLMSEL_OLD_$__llmsel_n" ;;
  esac
done
unset __llmsel_l __llmsel_n __llmsel_keep ;;
esac`

// To erase a universal variable would be to take it from every shell, for good: what llmsel does is
// global alone, and an empty global hides a universal one.
const FISH_TAKE_OFF = `for __llmsel_n in (string match -r '^-?[A-Za-z_]\\w*$' -- (string split ' ' -- "$__LLMSEL_SET"))
  set -l __llmsel_name (string replace -r '^-' '' -- $__llmsel_n)
  set -l __llmsel_old __LLMSEL_OLD_$__llmsel_name
  if string match -q -- '-*' $__llmsel_n; and test -n "$$__llmsel_name"
  else
    set -eg $__llmsel_name
    if set -q $__llmsel_old
      set -q $__llmsel_name; and test "$$__llmsel_name" = "$$__llmsel_old"
      or set -gx $__llmsel_name $$__llmsel_old
    end
  end
  set -eg $__llmsel_old
end`

const POWERSHELL_TAKE_OFF = `foreach ($n in ("$env:__LLMSEL_SET" -split ' ' | Where-Object { $_ })) {
  $name = $n.TrimStart('-'); $old = "env:__LLMSEL_OLD_$name"
  if ($n.StartsWith('-') -and (Test-Path -LiteralPath "env:$name")) { }
  elseif (Test-Path -LiteralPath $old) { Set-Item -LiteralPath "env:$name" -Value (Get-Item -LiteralPath $old).Value }
  else { Remove-Item -LiteralPath "env:$name" -ErrorAction SilentlyContinue }
  Remove-Item -LiteralPath $old -ErrorAction SilentlyContinue
}`

const WRITERS: Readonly<Record<'sh' | 'fish' | 'powershell', Writer>> = {
  sh: {
    takeOff: SH_TAKE_OFF,
    // In most new shells none of them is set, and the loop costs them half a millisecond.
    save: (
      names,
    ) => `case ${names.map((name) => `\${${name}+x}\${__LLMSEL_OLD_${name}+x}`).join('')} in ?*)
for __llmsel_n in ${names.join(' ')}; do
  eval "case \\\${$__llmsel_n+x} in
    x) export __LLMSEL_OLD_$__llmsel_n=\\"\\$$__llmsel_n\\" ;;
    *) unset __LLMSEL_OLD_$__llmsel_n ;;
  esac"
done
unset __llmsel_n ;;
esac`,
    assign: (name, word) => `export ${name}=${word}`,
    remove: (name) => `unset ${name}`,
    end: '',
  },
  fish: {
    takeOff: FISH_TAKE_OFF,
    save: (names) => `for __llmsel_n in ${names.join(' ')}
  set -l __llmsel_old __LLMSEL_OLD_$__llmsel_n
  set -eg $__llmsel_old
  set -q $__llmsel_n; and set -gx $__llmsel_old $$__llmsel_n
end`,
    assign: (name, word) => `set -gx ${name} ${word}`,
    remove: (name) => `set -qU ${name}; and set -gx ${name} ''; or set -eg ${name}`,
    // To erase what is not set is 4, and to set something keeps that.
    end: 'true\n',
  },
  powershell: {
    takeOff: POWERSHELL_TAKE_OFF,
    save: (names) => `foreach ($n in ${names.map((name) => `'${name}'`).join(',')}) {
  Remove-Item -LiteralPath "env:__LLMSEL_OLD_$n" -ErrorAction SilentlyContinue
  if (Test-Path -LiteralPath "env:$n") { Set-Item -LiteralPath "env:__LLMSEL_OLD_$n" -Value (Get-Item -LiteralPath "env:$n").Value }
}`,
    assign: (name, word) => `\${Env:${name}} = ${word}`,
    remove: (name) => `Remove-Item -LiteralPath 'env:${name}' -ErrorAction SilentlyContinue`,
    end: '',
  },
}
