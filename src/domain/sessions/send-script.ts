import { hasControls, quoteTmux } from './tmux-text.ts'

/** A terminal line takes 4096 bytes on Linux and 1024 on macOS; more goes through a buffer. */
const MAX_KEYS = 1000

/** Takes away what tmux itself shows over a program, such as the errors of its configuration. */
export function leaveViewScript(paneId: string): string {
  const pane = quoteTmux(paneId)
  const leave = quoteTmux(`send-keys -X -t ${pane} cancel`)
  return `if-shell -F -t ${pane} "#{==:#{pane_mode},view-mode}" ${leave}\n`
}

/** The text as it is; several lines or a long text as a paste, which programs can tell from keys. */
export function textScript(paneId: string, text: string): string {
  const pane = quoteTmux(paneId)
  if (text.length <= MAX_KEYS && !hasControls(text)) {
    return `send-keys -l -t ${pane} -- ${quoteTmux(text)}\n`
  }
  const buffer = quoteTmux(`llmsel-${paneId.slice(1)}`)
  return [
    `set-buffer -b ${buffer} -- ${quoteTmux(text)}`,
    `paste-buffer -p -r -d -b ${buffer} -t ${pane}\n`,
  ].join(' ; ')
}

export function enterScript(paneId: string): string {
  return `send-keys -t ${quoteTmux(paneId)} Enter\n`
}
