import { type ClassType, Field, InputType } from 'type-graphql'
import type { Order, Row } from '../store/row.js'
import { enumOf } from './enums.js'

export const OrderDirection = enumOf('OrderDirection', 'Which way a list runs.', {
  ASC: 'Oldest, smallest or first by the alphabet first.',
  DESC: 'Newest, largest or last by the alphabet first.',
})

/** What the `orderBy` of a list says. */
export interface OrderBy<F extends string> {
  field: F
  direction: 'ASC' | 'DESC'
}

/**
 * The `orderBy` input of a list.
 * @param fields what it can be ordered by -> what that means
 */
export function orderByOf<T extends Record<string, string>>(
  name: string,
  fields: T,
): ClassType<OrderBy<keyof T & string>> {
  const choices = enumOf(`${name}OrderField`, 'What the list can be ordered by.', fields)
  class Made {}
  Field(() => choices, { description: 'What to order by.' })(Made.prototype, 'field')
  Field(() => OrderDirection, { defaultValue: 'ASC', description: 'Which way; ascending when not given.' })(
    Made.prototype,
    'direction',
  )
  InputType(`${name}OrderBy`, { description: 'The order of the list.' })(Made)
  return Made as ClassType<OrderBy<keyof T & string>>
}

/**
 * The order that was asked for; the first of the columns, ascending, when nothing was asked.
 * @param columns field -> a column whose values differ within the list (see `page`)
 */
export function orderOf<R extends Row, F extends string>(
  orderBy: OrderBy<F> | null | undefined,
  columns: Readonly<Record<F, keyof R & string>>,
): Order<R> {
  const by = orderBy ? columns[orderBy.field] : (Object.values(columns)[0] as keyof R & string)
  return { by, direction: orderBy?.direction === 'DESC' ? 'desc' : 'asc' }
}
