/**
 * What bash, zsh or fish keeps for itself. To set one fails there, which ends the file that does it,
 * or changes the shell: zsh takes UID, GID and USERNAME for an order to become another user.
 */
const RESERVED = new Set(
  [
    'SHELLOPTS BASHOPTS BASH_VERSINFO UID EUID PPID PWD SHLVL _',
    'GID EGID USERNAME LINENO ARGC argv status pipestatus signals TTYIDLE HISTCMD',
    'path cdpath fpath manpath mailpath module_path fignore psvar',
    'ZSH_SUBSHELL ZSH_EVAL_CONTEXT zsh_eval_context zsh_scheduled_events',
    'aliases galiases saliases builtins commands functions functions_source modules options parameters',
    'patchars reswords dis_aliases dis_galiases dis_saliases dis_builtins dis_functions',
    'dis_functions_source dis_patchars dis_reswords funcfiletrace funcsourcetrace funcstack functrace',
    'history historywords jobdirs jobstates jobtexts nameddirs userdirs usergroups',
    'keymaps widgets termcap terminfo',
    'fish_killring version hostname umask fish_pid fish_kill_signal status_generation FISH_VERSION',
  ].flatMap((names) => names.split(' ')),
)

export function isReservedByShells(name: string): boolean {
  return RESERVED.has(name)
}
