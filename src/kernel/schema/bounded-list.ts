import { getNamedType, isLeafType } from 'graphql'
import type { ComplexityEstimatorArgs } from 'graphql-query-complexity/cjs'

/** The options of a field that is a list: `Field(() => [X], atMost(...))`. */
interface BoundedList {
  description: string
  /** What it costs before an operation runs: as if it held all that it may hold. */
  complexity: (args: Pick<ComplexityEstimatorArgs, 'field' | 'childComplexity'>) => number
}

/** So few values that stand in the row cost what a plain field of it does: nothing beside the object. */
const PLAIN_VALUES = 10

/**
 * A list that is no connection, because what it holds is few by a constraint: of the rows (`Row.bounds`), of an input, or of
 * what it is computed from. A list without such a constraint is a connection.
 * @param max how many it may hold
 */
export const atMost = (max: number, description: string): BoundedList => ({
  description: `${description} At most ${max.toLocaleString('en-US')}.`,
  complexity: ({ field, childComplexity }) =>
    isLeafType(getNamedType(field.type)) ? valuesCost(field, max) : 1 + max * (1 + childComplexity),
})

const valuesCost = ({ resolve }: ComplexityEstimatorArgs['field'], max: number): number =>
  resolve || max > PLAIN_VALUES ? 1 : 0
