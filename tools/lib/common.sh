# What the scripts in tools/ share. Sourced; leaves the caller in the project's root.

set -euo pipefail
script=$(realpath "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

log=build/$(basename "$0").log
mkdir -p build
case " $* " in
  *" --help "* | *" -h "*) ;;  # says nothing there, where another call may be writing
  *) : >"$log" ;;
esac

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit 1
}

# The lines at the head of a script are its help.
show_help() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$script"
}

# Under a phase's name, what it does at the moment: the last line of the log. For terminals only.
show_last_line() {
  while sleep 1 && kill -0 $$ 2>/dev/null; do  # an interrupted script ends without ending this
    printf '\r\033[K  %-12s %.60s' "$1" "$(tail -n 1 "$log" | tr -d '\r\t\033')"
  done
}

# phase NAME COMMAND...: runs the command with its output in the log, then prints how long it took. A failed command
# shows the end of the log and ends the script. Never call it in a condition: that would switch `set -e` off inside.
phase() {
  local name=$1 start=$SECONDS status=0 ticker=
  shift
  if [[ -t 1 ]]; then
    show_last_line "$name" &
    ticker=$!
  fi
  set +e
  (
    set -e
    "$@"
  ) >>"$log" 2>&1
  status=$?
  set -e
  if [[ -n $ticker ]]; then
    kill "$ticker" 2>/dev/null
    wait "$ticker" 2>/dev/null || true
    printf '\r\033[K'
  fi
  if ((status != 0)); then
    printf '  %-12s failed; the end of %s:\n\n' "$name" "$log"
    tail -n 40 "$log"
    exit "$status"
  fi
  printf '  %-12s %5d s\n' "$name" $((SECONDS - start))
}
