# Completion of pgt-host in bash: verbs, flags and files. What there is, the host is asked.

_pgt_host() {
  local host=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} names=() each choices='' is_value=
  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -z $is_value && $each != -* && $each != [=:] ]]; then names+=("$each"); fi
    # bash takes "a=b" and "a:b" for three words.
    if [[ $each == --plugins || $each == --set || $each == [=:] ]]; then is_value=yes; else is_value=; fi
  done
  # These have subcommands; what follows other names are their arguments.
  [[ ${names[0]:-} == @(data|model|plugin|weights) ]] || names=("${names[@]:0:1}")
  if [[ -n $is_value ]]; then
    choices=
  elif [[ $word == -* ]]; then
    choices=$("$host" "${names[@]}" --help 2>/dev/null | grep --only-matching --extended-regexp -- '--[a-z][a-z-]*')
  elif ((${#names[@]} == 0)); then
    choices=$("$host" --help 2>/dev/null | awk '
      /^Verbs/ { on = 1; next } !NF { on = 0 } on && /^  [a-z]/ { print $1 }
      /^Programs/ { sub(/.*: /, ""); gsub(/,/, ""); print }')
  elif [[ ${names[0]} == explain ]]; then
    choices=$("$host" explain 2>/dev/null | grep --only-matching --extended-regexp '"[a-z0-9_]+"|\[[a-z]+\]' | tr --delete '"[]')
  else  # of a program that has them
    choices=$("$host" "${names[@]}" --help 2>/dev/null | awk '/^Subcommands/ { on = 1; next } !NF { on = 0 } on && /^  [a-z]/ { print $1 }')
  fi
  mapfile -t COMPREPLY < <({ compgen -W "$choices" -- "$word"; compgen -f -- "$word"; } | sort --unique)
}

complete -o filenames -F _pgt_host pgt-host
