import { Field, Int, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Day } from '../../kernel/schema/scalars.js'
import { intakeLimits } from './intake.js'

@ObjectType({ description: 'One cell of an item.' })
export class ItemField {
  @Field(() => String, { description: 'The name of the column.' })
  name: string

  @Field(() => String, { description: 'What stands in it, as it was imported.' })
  value: string
}

/**
 * One item of a population. Not a row with an id: there can be millions of them, known by their population and their
 * place in it, and written once. Statements on them are in items.ts.
 */
@ObjectType({ description: 'One item of a population: an occasion on which the control acted, or should have.' })
export class PopulationItem {
  @Field(() => Int, {
    description: 'The place among the items of the population, in the order of the file; the first is 1.',
  })
  ordinal: number

  @Field(() => String, { description: 'The key that distinguishes it within the population.' })
  itemKey: string

  @Field(() => Day, { nullable: true, description: 'The day on which the control acted on it.' })
  occurredOn: string | null

  @Field(() => [ItemField], atMost(intakeLimits.columns, 'Every cell of the row, in the order of the file.'))
  fields: ItemField[]
}

/** Cells with the names of their columns. */
export const fieldsOf = (columns: readonly string[], cells: readonly string[]): ItemField[] =>
  columns.map((name, at) => ({ name, value: cells[at] ?? '' }))
