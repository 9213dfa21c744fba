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
  { llmsel_size=$(stty size <&8 2>/dev/null); } 8<&1
  # The longest line but for the log's has the name after 32 columns.
  [ "${llmsel_size#* }" = "$llmsel_columns" ] &&
    [ $((${#llmsel_name} + 32)) -le "$llmsel_columns" ] || return
  llmsel_to=terminal
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

# Whether the gateway, if it goes through one, is there: a process of this user's that has the FIFO of this
# user's own folder open has the port, too, where it is in this network.
is_reached() {
  [ -z "$llmsel_gateway" ] || {
    [ "/proc/$llmsel_pid/fd/$llmsel_fd" -ef "$llmsel_gateway/letters" ] &&
      [ "/proc/$llmsel_pid/ns/net" -ef /proc/self/ns/net ]
  }
}

# Whether it is the one that was gone by; the session gets its token.
llmsel_reach() {
  [ -n "$llmsel_gateway" ] || return 0
  { read -r llmsel_pid llmsel_fd llmsel_port llmsel_words <"$llmsel_gateway/reader"; } 2>/dev/null || return
  [ "$llmsel_words" = "$llmsel_version $llmsel_keys" ] && is_reached &&
    read -r llmsel_half </proc/sys/kernel/random/uuid &&
    read -r llmsel_token </proc/sys/kernel/random/uuid || return
  llmsel_token=llmsel-s-$llmsel_half-$llmsel_token
  case ${#llmsel_token} in 82) ;; *) return 1 ;; esac
}

# tell_gateway ACTION: what is to be done with the session's token, at once and whole, as up to 4096 bytes
# are, or not at all. Half a line that somebody else has left is ended first.
tell_gateway() {
  [ -n "$llmsel_gateway" ] || return 0
  llmsel_letter "$1"
  [ ${#llmsel_line} -le 3000 ] || return
  printf '\n%s\n' "$llmsel_line" |
    dd bs=4096 conv=nocreat,notrunc oflag=append,nonblock of="$llmsel_gateway/letters" 2>/dev/null
}

# Whether what Ollama says now is among what was prepared; said aside, since the rest is for tmux.
is_answered() {
  [ -n "$llmsel_asks" ] || return 0
  llmsel_answer=$(ask_ollama)
  echo "@$llmsel_answer" >&3
  case $llmsel_answer: in :) return 1 ;; esac
  case " $llmsel_asks " in *" $llmsel_answer "*) ;; *) return 1 ;; esac
}

# The files are written while tmux starts, which then is fed, or finds nothing to do. Nothing stops it
# half-way but what cannot be caught.
llmsel_create() {
  trap '' INT QUIT
  llmsel_said=$(
    exec 3>&1 2>/dev/null
    {
      umask 077
      llmsel_files && tell_gateway register && is_reached && is_answered && llmsel_script
    } | (on_server start-server \; source-file -)
  )
  trap - INT QUIT
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

if llmsel_reader && llmsel_mark && llmsel_reach && llmsel_create; then
  trap '' PIPE
  llmsel_tell && exit
  # A reader that has gone is no failure; a full disk is.
  [ ! -p /dev/stdout ] && [ ! -S /dev/stdout ] || exit 0
  echo "llmsel: cannot write the output" >&2
  exit 1
fi
