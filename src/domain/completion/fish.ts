import { HEAD, LIVE } from './shared.ts'

const CODE = `# fish completion for llmsel
${HEAD}

function _llmsel
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    set -l place ''
    set -l slot ''
    set -l dashes ''
    set -l position 0
    set -l commands
    set -l options
    set -l valued
    _llmsel_table
    for word in $words[2..-1]
        if test -n "$slot"
            set slot ''
        else if test -n "$dashes"
            continue
        else if test "$word" = --
            set dashes 1
        else if string match -q -- '-?*' "$word"
            contains -- "$word" $valued; and set slot $word
        else if test $position -eq 0; and string match -q -- "$word"\\t'*' $commands
            set place (string trim -- "$place $word")
            _llmsel_table
        else if test $position -lt 8
            set position (math $position + 1)
        end
    end
    if test -n "$slot"
        _llmsel_value "$place $slot" "$token"
    else if test -n "$dashes"
        _llmsel_files "$token"
    else if string match -q -- '--*=*' "$token"
        set -l parts (string split -m 1 = -- $token)
        _llmsel_value "$place $parts[1]" "$parts[2]" | string replace -r '^' -- "$parts[1]="
    else if string match -q -- '-*' "$token"
        printf '%s\\n' $options
    else
        test $position -eq 0; and printf '%s\\n' $commands
        _llmsel_value "$place "(math $position + 1) "$token"
    end
end

function _llmsel_words
    printf '%s\\n' $argv
end

function _llmsel_names
    command llmsel completion --names 2>/dev/null </dev/null | string match -r -- "^[^\\t]*\\t(?:"(string join '|' $argv)")(?: .*)?\\$"
end

function _llmsel_sessions
    set -l server
    if string match -q '*/*' -- "$LLMSEL_TMUX_SOCKET"
        set server -S $LLMSEL_TMUX_SOCKET
    else if test -n "$LLMSEL_TMUX_SOCKET"
        set server -L $LLMSEL_TMUX_SOCKET
    end
    command tmux $server ${LIVE} 2>/dev/null </dev/null
end

function _llmsel_files
    # Its word as it is typed, with its quotes: __fish_complete_path takes one without.
    complete -C "'' $argv[1]"
end

function _llmsel_folders
    __fish_complete_directories "$argv[1]" ''
end

`

/** Both are the branches of a case, a line each. */
export function fishScript(commands: string, values: string): string {
  return `${CODE}function _llmsel_table --no-scope-shadowing
    set commands
    set options
    set valued
    switch "$place"
${commands}    end
end

function _llmsel_value --argument-names wanted token
    switch "$wanted"
${values}    end
end

complete -c llmsel -f -k -a '(_llmsel)'
`
}
