/*
 * The scripts around the tables. Each walks the words before the cursor: options with their values
 * aside, as long as a word is a subcommand it goes down the tree, and then it counts arguments.
 * `commands`, `options` and `path` are variables of zsh itself, so its script has other names.
 */

export const HEAD = '# Made from the command table by: npm run completions'

/** In bash and zsh: the options that lead to the person's tmux server. */
export const SERVER = `case \${LLMSEL_TMUX_SOCKET-} in
    '') ;;
    */*) server=(-S "$LLMSEL_TMUX_SOCKET") ;;
    *) server=(-L "$LLMSEL_TMUX_SOCKET") ;;
  esac`

/** llmsel's sessions, from tmux itself: no Node is started. */
export const LIVE = `list-sessions -f '#{@llmsel_profile}' -F '#S'`
