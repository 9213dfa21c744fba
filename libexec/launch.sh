# Sourced by bin/llmsel: starts a session from what Node has prepared for it (src/domain/sessions/prepared.ts),
# says so and ends; or leaves nothing of it behind and returns, so that Node starts it, or says why not.
# Given: llmsel_name, _run, _sessions, _columns, _asks, _gateway, _keys, and the functions llmsel_files,
# _script, _letter, _tell.
# shellcheck shell=sh
# -ef is in every sh of Linux, which alone has names for descriptors.
# shellcheck disable=SC2034,SC2154,SC3013

llmsel_tab='	'

# Who is told, and whether what was prepared is for a terminal of that width.
llmsel_reader() {
  llmsel_to=pipe
  [ -t 1 ] || return 0
  llmsel_size=$(stty size <&1 2>/dev/null)
  # The longest line but for the log's has the name after 32 columns.
  [ "${llmsel_size#* }" = "$llmsel_columns" ] &&
    [ $((${#llmsel_name} + 32)) -le "$llmsel_columns" ] || return
  llmsel_to=terminal
}

# Whether the gateway, if it goes through one, is the one that was gone by: a process of this user's that
# has the FIFO of this user's own folder open has the port, too. The session gets its token.
llmsel_reach() {
  [ -n "$llmsel_gateway" ] || return 0
  { read -r llmsel_pid llmsel_fd llmsel_port llmsel_words <"$llmsel_gateway/reader"; } 2>/dev/null || return
  [ "$llmsel_words" = "$llmsel_version $llmsel_keys" ] &&
    [ "/proc/$llmsel_pid/fd/$llmsel_fd" -ef "$llmsel_gateway/letters" ] &&
    read -r llmsel_half </proc/sys/kernel/random/uuid &&
    read -r llmsel_token </proc/sys/kernel/random/uuid || return
  llmsel_token=llmsel-s-$llmsel_half-$llmsel_token
  case ${#llmsel_token} in 82) ;; *) return 1 ;; esac
}

# tell_gateway ACTION: what is to be done with the session's token. Open both ways, it never waits.
tell_gateway() {
  [ -z "$llmsel_gateway" ] || llmsel_letter "$1" 1<>"$llmsel_gateway/letters"
}

# When it starts, and its folder, which nothing has as yet.
llmsel_mark() {
  llmsel_started=$(LC_ALL=C date -u '+%Y-%m-%dT%H:%M:%S.%N %Y%m%dT%H%M%S%N' 2>/dev/null)
  llmsel_id=${llmsel_started#* }
  case ${#llmsel_started}:$llmsel_id in 54:*[!0-9T]*) return 1 ;; 54:*) ;; *) return 1 ;; esac
  llmsel_started=${llmsel_started%%??????" $llmsel_id"}Z
  llmsel_id=${llmsel_id%??????}Z-$$
  llmsel_folder=$llmsel_sessions/$llmsel_name.$llmsel_id
  llmsel_log=$llmsel_folder/log
  [ "$llmsel_to" = pipe ] || [ $((${#llmsel_log} + 10)) -le "$llmsel_columns" ] || llmsel_to=short
}

# The files are written while tmux starts; a script that never comes is no harm.
llmsel_create() {
  llmsel_said=$(
    exec 2>/dev/null
    [ -z "$llmsel_asks" ] || ask_ollama @ &
    { umask 077; llmsel_files && llmsel_script; } |
      (on_server start-server \; source-file -)
    wait
  )
  llmsel_ollama=silent
  case $llmsel_said in *@listens*) llmsel_ollama=listens ;; esac
  case $llmsel_said in
    # The x: tmux does not end with its client (src/domain/sessions/tmux-script.ts).
    *"$llmsel_name$llmsel_tab\$"*"${llmsel_tab}x"*"$llmsel_name${llmsel_tab}complete"*) return 0 ;;
    *"$llmsel_name$llmsel_tab\$"*)
      llmsel_said=${llmsel_said#*"$llmsel_name$llmsel_tab"}
      (on_server kill-session -t "${llmsel_said%%"$llmsel_tab"*}") >/dev/null 2>&1 ;;
  esac
  rm -rf "$llmsel_folder"
  tell_gateway revoke
  return 1
}

if llmsel_reader && llmsel_reach && llmsel_mark && tell_gateway register && llmsel_create; then
  trap '' PIPE
  llmsel_tell && exit
  # A reader that has gone is no failure; a full disk is.
  [ ! -p /dev/stdout ] && [ ! -S /dev/stdout ] || exit 0
  echo "llmsel: cannot write the output" >&2
  exit 1
fi
