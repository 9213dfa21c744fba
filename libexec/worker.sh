#!/bin/sh
# The first process of a worker's pane: worker.sh FOLDER COMMAND [ARGUMENT]...
# Runs the command on the session's environment and records how it ended, since tmux 3.2 to 3.5
# loses that of one worker in eight. FOLDER/exit gets "CODE SECONDS-SINCE-1970"; a worker that a
# signal ended has the code 128 + its number.

llmsel_folder=$1
llmsel_tmux=${TMUX-} llmsel_pane=${TMUX_PANE-}
shift

# shellcheck source=/dev/null
. "$llmsel_folder/start.sh"
# shellcheck source=/dev/null
. "$llmsel_folder/env.sh"
command -v llmsel >/dev/null 2>&1 || export PATH="$PATH:${0%/libexec/*}/bin"

# Keys end the worker, not its record. A caught signal, unlike an ignored one, is back at its default
# in the worker. TERM and HUP are left alone: a shell that waits cannot pass them on, but when this
# one ends, the terminal session's first process, the kernel hangs up on the worker.
trap : INT QUIT

# The shell's own remarks, such as "Killed", are not the worker's output.
exec 9>&2 2>/dev/null
"$@" 2>&9 9>&-
llmsel_code=$?

umask 077
printf '%s %s\n' "$llmsel_code" "$(date +%s)" >"$llmsel_folder/exit.new" &&
  mv -f "$llmsel_folder/exit.new" "$llmsel_folder/exit"
TMUX=$llmsel_tmux tmux set-option -p -t "$llmsel_pane" @llmsel_exit "$llmsel_code" \; \
  wait-for -S "llmsel-exit-${llmsel_folder##*.}" >/dev/null
exit "$llmsel_code"
