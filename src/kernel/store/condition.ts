/** Gives a value its place among the parameters of a statement, e.g. `$3`. */
export type Bind = (value: unknown) => string

/** The same condition in other forms. */
export interface OtherForms {
  /** Of rows that are found by a key: whether it holds for one of them. */
  ofOne?: (column: string, bind: Bind) => string
  /**
   * As a join with one row at most. The database may then go from what is joined, in the order of the column, and stop where
   * a list is full; or look once, where all rows have the same in the column.
   */
  join?: (column: string, bind: Bind) => string
}

/** A condition on a column beyond what a plain value says: how it is written, its values bound. */
export class ColumnCondition {
  /** @param otherwise how the same is written where it leads to rows sooner */
  constructor(
    readonly write: (column: string, bind: Bind) => string,
    readonly otherwise: OtherForms = {},
  ) {}

  /** By which conditions compare: those that say the same are written the same. */
  toJSON(): { text: string; values: unknown[] } {
    const values: unknown[] = []
    const text = this.write('', (value) => `$${values.push(value)}`)
    return { text, values }
  }
}

export const moreThan = (value: unknown): ColumnCondition =>
  new ColumnCondition((column, bind) => `${column} > ${bind(value)}`)

export const lessThan = (value: unknown): ColumnCondition =>
  new ColumnCondition((column, bind) => `${column} < ${bind(value)}`)

/** It holds something. */
export const present = new ColumnCondition((column) => `${column} is not null`)

/** Of a column that holds a list: it has this among others. */
export const including = (value: unknown): ColumnCondition =>
  new ColumnCondition((column, bind) => `${column} @> ${bind([value])}`)

/** Of a column that holds a list: it has one of these, or several. */
export const sharing = (values: readonly unknown[]): ColumnCondition =>
  new ColumnCondition((column, bind) => `${column} && ${bind(values)}`)

/** All of these, each a value or a condition; nothing is said by what is undefined. */
export const allOf = (...conditions: unknown[]): ColumnCondition => {
  const said = conditions.filter((one) => one !== undefined)
  return new ColumnCondition((column, bind) => said.map((one) => written(column, one, bind)).join(' and '))
}

/** The condition that a value stands for: equal, absent (null), or any of a list. */
export function written(column: string, value: unknown, bind: Bind): string {
  if (value instanceof ColumnCondition) return value.write(column, bind)
  if (value === null) return `${column} is null`
  // A plan is made for lists of any length: for one, a hint says so.
  if (Array.isArray(value) && value.length === 1) return `${column} = ${bind(value[0])}`
  return Array.isArray(value) ? `${column} = any(${bind(value)})` : `${column} = ${bind(value)}`
}
