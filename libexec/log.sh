#!/bin/sh
# Keeps a pane's output: log.sh FOLDER [SERVER [LIMIT]]. Standard input is appended to FOLDER/log; from
# LIMIT bytes on (48 MiB) the file becomes log.1, in place of the one before: two of up to 64 MiB are
# kept. FOLDER/log.end is there once all of it is written. SERVER, the pid of the pane's tmux server, is
# noted in FOLDER/server.
#
# dd, of all programs, reads and writes without a buffer of its own: what has come is in the file at
# once, and what it stops before is left for the next. Standard input has ended when it read less
# often than it was asked to.

# In braces, so that it is read whole before a newer llmsel takes the file's place.
{
  umask 077
  cd "$1" || exit 1
  [ -z "${2-}" ] || printf '%s\n' "$2" >server
  while :; do
    # "WHOLE+PARTIAL records in", perhaps after a warning.
    llmsel_read=$(LC_ALL=C dd bs=16384 count=1024 2>&1 >>log) || exit 1
    llmsel_read=${llmsel_read%% records in*}
    llmsel_read=${llmsel_read##*[!0-9+]}
    [ "$((${llmsel_read:-0}))" -ge 1024 ] || break
    [ "$(wc -c <log)" -lt "${3:-50331648}" ] || mv -f log log.1
  done
  : >log.end
  exit
}
