export const COMPLETED_SHELLS = ['bash', 'zsh', 'fish'] as const;

export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/** What a shell has to run at its start. Each asks `tidemark complete` for every word, and completes files where that says nothing. */
export const SHELL_SCRIPTS: Readonly<Record<CompletedShell, string>> = {
  bash: `_tidemark() {
  local IFS=$'\\n'
  COMPREPLY=($(tidemark complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _tidemark tidemark`,
  zsh: `#compdef tidemark
_tidemark() {
  local -a names
  names=("\${(@f)$(tidemark complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  names=(\${names:#})
  [[ $PREFIX == --*=* ]] && compset -P '*='
  if (( \${#names} )); then compadd -- $names; else _files; fi
}
if [[ \${funcstack[1]} == _tidemark ]]; then _tidemark "$@"; else compdef _tidemark tidemark; fi`,
  fish: `function __tidemark_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l typed (commandline -ct)
  set -l names (tidemark complete -- $words[2..] 2>/dev/null)
  if string match -qr '^--[a-z0-9-]+=' -- $typed
    set -l flag (string match -r '^--[a-z0-9-]+=' -- $typed)
    set names $flag$names
  end
  if test (count $names) -gt 0
    printf '%s\\n' $names
  else
    __fish_complete_path $typed
  end
end
complete -c tidemark -f -a '(__tidemark_complete)'`,
};
