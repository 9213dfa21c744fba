export interface Column {
  readonly header: string
  readonly align?: 'left' | 'right'
  /** Left out on a terminal that is too narrow for all; the lowest goes first. */
  readonly dispensable?: number
  /** Its texts go on over several lines where the terminal is too narrow. */
  readonly wraps?: true
}

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
}

/** Between two columns. */
export const GAP = 2

/** In cells of a terminal, with every column and nothing wrapped. */
export function widthOf({ columns, rows }: Table): number {
  const widths = columns.map(({ header }, index) => widest(header, rows, index))
  return widths.reduce((sum, each) => sum + each + GAP, -GAP)
}

export function widest(header: string, rows: Table['rows'], index: number): number {
  return Math.max(header.length, ...rows.map((row) => row[index]?.length ?? 0))
}
