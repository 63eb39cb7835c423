#!/usr/bin/env bash
# What the completion for bash offers: usage: completion_test.sh COMPLETION HOST
set -uo pipefail
source "$1"
host=$2
failed=0

# expect "OFFERED..." WORD...: of the last of these words, after those before it.
expect() {
  COMP_WORDS=("$host" "${@:2}")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  _pgt_host
  [[ ${COMPREPLY[*]} == "$1" ]] && return
  echo "${*:2}: offers '${COMPREPLY[*]}', not '$1'"
  failed=1
}

cd "$(mktemp -d)" || exit 1
expect "plan plugin plugins" pl
expect "plan plugin plugins" --plugins data pl
expect "plan plugin plugins" --plugins a : b pl
expect "plan plugin plugins" --set train.epochs = 5 pl
expect "--nproc" launch --nproc 2 --np
expect "--strict" resume runs/x --st
expect "check" data ch
expect "--out" data synth order --ou
expect "--scores" predict --sc
expect "pgt pgt_multigrid" explain pg
touch "my run.toml"
expect "my run.toml" my
rm "my run.toml" && rmdir "$PWD"
exit $failed
