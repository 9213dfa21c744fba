/** The command's exit codes. */
export const EXIT = { failed: 1, usage: 2, bug: 70, cancelled: 130 } as const
