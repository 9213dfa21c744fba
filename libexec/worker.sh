#!/bin/sh
# The first process of a worker's pane: worker.sh FOLDER COMMAND [ARGUMENT]...
# Runs the command on the session's environment and records how it ended, since tmux 3.2 to 3.5
# loses that of one worker in eight. FOLDER/exit gets the code; a worker that a signal ended has 128 +
# its number.
#
# FOLDER/restart, where it holds "DELAY LONGEST-DELAY TIMES" (milliseconds, and how often in a row),
# has a worker that fails run again; only the last end is recorded then.

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

# The session's PATH is the worker's; this script finds its tools also where that leads nowhere.
llmsel_path=$PATH:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/opt/local/bin
llmsel_tool() {
  PATH=$llmsel_path "$@"
}

llmsel_options() {
  TMUX=$llmsel_tmux PATH=$llmsel_path tmux "$@" >/dev/null
}

# Somebody ends the session, or changes its worker. The claim that had this worker started does not
# count, nor one that was left behind.
llmsel_unwanted() {
  [ ! -e "$llmsel_folder/ended" ] || return 0
  read -r llmsel_claim <"$llmsel_folder/held" || return 1
  [ "$llmsel_claim" != "$llmsel_first_claim" ] &&
    [ -n "$(llmsel_tool find "$llmsel_folder/held" -mmin -1)" ]
}

# Whether it is to run again, which is answered when the pause is over. Whoever stops the session
# ends the pause's sleep, as does a key. 130 and 131: Ctrl-C or Ctrl-\ ended the worker.
llmsel_again() {
  case $llmsel_code in 0 | 130 | 131) return 1 ;; esac
  IFS=' ' read -r llmsel_delay llmsel_longest llmsel_times <"$llmsel_folder/restart" || return 1
  # In whole seconds, so rounded up: a run that only crosses from one into the next was no long one.
  llmsel_ran=$(($(llmsel_tool date +%s) - ${llmsel_since:-0}))
  if [ "$llmsel_ran" -gt "$(((llmsel_longest + 999) / 1000))" ]; then llmsel_row=0; fi
  [ "$llmsel_row" -lt "$llmsel_times" ] || return 1
  llmsel_unwanted && return 1
  llmsel_pause=$((llmsel_row > 0 ? llmsel_pause * 2 : llmsel_delay))
  [ "$llmsel_pause" -le "$llmsel_longest" ] || llmsel_pause=$llmsel_longest
  llmsel_pause_s=$((llmsel_pause / 1000))
  # Not every sleep takes a fraction.
  [ "$((llmsel_pause % 1000))" = 0 ] ||
    llmsel_pause_s=$llmsel_pause_s.$(printf %03d "$((llmsel_pause % 1000))")
  llmsel_row=$((llmsel_row + 1)) llmsel_restarts=$((llmsel_restarts + 1))
  printf '\n--- ended with %s; llmsel runs it again in %s s (%s of %s) ---\n' \
    "$llmsel_code" "$llmsel_pause_s" "$llmsel_row" "$llmsel_times"
  llmsel_options set-option -p -t "$llmsel_pane" @llmsel_failed "$llmsel_code"
  llmsel_tool sleep "$llmsel_pause_s" || return 1
  llmsel_unwanted && return 1
  # What the last one made of the terminal is not for the next.
  llmsel_tool stty sane
  llmsel_options set-option -p -t "$llmsel_pane" @llmsel_restarts "$llmsel_restarts" \; \
    set-option -p -u -t "$llmsel_pane" @llmsel_failed
  return 0
}

# The shell's own remarks, such as "Killed", are not the worker's output.
exec 9>&2 2>/dev/null
llmsel_row=0 llmsel_restarts=0
read -r llmsel_first_claim <"$llmsel_folder/held" || llmsel_first_claim=
while :; do
  [ ! -s "$llmsel_folder/restart" ] || llmsel_since=$(llmsel_tool date +%s)
  "$@" 2>&9 9>&-
  llmsel_code=$?
  llmsel_again || break
done

umask 077
printf '%s\n' "$llmsel_code" >"$llmsel_folder/exit"
llmsel_options set-option -p -t "$llmsel_pane" @llmsel_exit "$llmsel_code" \; \
  set-option -p -u -t "$llmsel_pane" @llmsel_failed \; \
  wait-for -S "llmsel-exit-${llmsel_folder##*.}"
exit "$llmsel_code"
