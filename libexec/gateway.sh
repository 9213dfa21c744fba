#!/bin/sh
# Keeps the gateway running: gateway.sh FOLDER LOGGER COMMAND... A worker that dies is started again:
# at once, then after 1, 2, 4 ... 30 seconds, and after ten deaths in a row no more. One that lived for
# a minute has begun anew. It is not started again after 0, when it was told to stop, after 3, when
# another one runs, and where the first one finds at once that it cannot work, or cannot be run.
#
# Descriptor 3 is a file without a name: what the worker learnt from shells (their keys) survives its
# death there, and is gone with this process.

# In braces, so that it is read whole before a newer llmsel takes the file's place.
{
  umask 077
  # Without one, which happens, its own tools are found, and the commands that print keys.
  export PATH="${PATH:+$PATH:}/usr/bin:/bin"
  llmsel_folder=$1 llmsel_logger=$2
  shift 2
  llmsel_keep=$llmsel_folder/keep.$$
  [ -w /dev/shm ] && llmsel_keep=/dev/shm/llmsel-$$
  rm -f "$llmsel_keep"
  # Made anew or not at all: nobody else's file is written to.
  set -C
  : >"$llmsel_keep" || exit 1
  set +C
  exec 3<>"$llmsel_keep"
  rm -f "$llmsel_keep"
  cd / || exit 1
  # Where the launcher says which sessions it starts; held open here, so that none is lost with a worker.
  [ -p "$llmsel_folder/letters" ] || mkfifo -m 600 "$llmsel_folder/letters"
  [ ! -p "$llmsel_folder/letters" ] || exec 4<>"$llmsel_folder/letters"
  # By which whoever started it knows that this one answers.
  export LLMSEL_SUPERVISOR=$$

  keep() {
    llmsel_deaths=0 llmsel_pid=
    trap 'llmsel_told=1; [ -z "$llmsel_pid" ] || kill -TERM "$llmsel_pid"' TERM INT HUP
    while [ -z "${llmsel_told-}" ]; do
      llmsel_started=$(date +%s)
      "$@" <&- 4<&- &
      llmsel_pid=$!
      wait "$llmsel_pid"
      llmsel_status=$?
      while kill -0 "$llmsel_pid" 2>/dev/null; do
        wait "$llmsel_pid"
        llmsel_status=$?
      done
      llmsel_pid=
      [ -z "${llmsel_told-}" ] || return
      llmsel_age=$(($(date +%s) - llmsel_started))
      case $llmsel_status in
        0 | 3) return ;;
        # What stands in the way of the first one, whoever started it is told: as it says itself, or of a
        # Node that does not know its options or cannot be run.
        1 | 9 | 126 | 127) [ -n "${llmsel_lived-}" ] || [ "$llmsel_age" -ge 5 ] || return ;;
      esac
      llmsel_lived=1
      [ "$llmsel_age" -lt 60 ] || llmsel_deaths=0
      llmsel_deaths=$((llmsel_deaths + 1))
      echo "gateway: the worker ended with $llmsel_status"
      if [ "$llmsel_deaths" -ge 10 ]; then
        echo "gateway: it ended ten times in a row; it is not started again"
        return
      fi
      llmsel_pause=$((llmsel_deaths > 6 ? 30 : (1 << llmsel_deaths) / 4))
      [ "$llmsel_pause" -gt 0 ] || continue
      # Beside it, so that a signal ends the pause.
      sleep "$llmsel_pause" <&- 3<&- 4<&- &
      llmsel_pid=$!
      wait "$llmsel_pid"
    done
  }

  # A log that cannot be written, on a full disk, must not stop the gateway: what comes meanwhile is
  # dropped, and counted.
  keep_log() {
    llmsel_lost=0
    until /bin/sh "$llmsel_logger" "$llmsel_folder"; do
      llmsel_more=$(dd bs=16384 count=20 | wc -l)
      [ "$llmsel_more" -gt 0 ] || return
      llmsel_lost=$((llmsel_lost + llmsel_more))
      echo "gateway: at least $llmsel_lost lines are missing here: the log could not be written" \
        >>"$llmsel_folder/log" && llmsel_lost=0
    done
  }

  keep "$@" 2>&1 | keep_log 3<&- 4<&- >/dev/null 2>&1
  exit
}
