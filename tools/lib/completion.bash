# Completion of pgt-host in bash: verbs, flags and files. What there is, the host is asked.

_pgt_host() {
  local word=${COMP_WORDS[COMP_CWORD]} verb='' each choices
  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $each == -* ]] || { verb=$each; break; }
  done
  if [[ $word == -* ]]; then
    choices=$("${COMP_WORDS[0]}" ${verb:+"$verb"} --help 2>/dev/null | grep --only-matching --extended-regexp -- '--[a-z][a-z-]*')
  elif [[ -z $verb ]]; then
    choices=$("${COMP_WORDS[0]}" --help 2>/dev/null | awk '/^Verbs/ { on = 1; next } on && !NF { exit } on { print $1 }')
  elif [[ $verb == explain ]]; then
    choices=$("${COMP_WORDS[0]}" explain 2>/dev/null | grep --only-matching --extended-regexp '"[a-z0-9_]+"|\[[a-z]+\]' | tr --delete '"[]')
  fi
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word"; compgen -f -- "$word")
}

complete -o filenames -F _pgt_host pgt-host
