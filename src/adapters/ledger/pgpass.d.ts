declare module 'pgpass' {
  interface Connection {
    readonly host: string
    readonly port: number
    readonly user: string
    readonly database: string
  }
  /** Calls back with the password of the first line of the file that fits, or undefined. */
  export default function pgpass(to: Connection, done: (password?: string) => void): void
}
