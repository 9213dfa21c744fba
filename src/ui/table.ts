export interface Column {
  readonly header: string
  readonly align?: 'left' | 'right'
  /** Left out on a terminal that is too narrow for all; the lowest goes first. */
  readonly dispensable?: number
}

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
}
