import type { ComplexityEstimatorArgs } from 'graphql-query-complexity/cjs'

/** The options of a field that is a list: `Field(() => [X], atMost(...))`. */
interface BoundedList {
  description: string
  /** What it costs at most, and so what it is weighed as before an operation runs. */
  complexity: (args: Pick<ComplexityEstimatorArgs, 'childComplexity'>) => number
}

/**
 * A list that is no connection, because what it holds is few by a constraint: of the rows (`Row.bounds`), of an input, or of
 * what it is computed from. A list without such a constraint is a connection.
 * @param max how many it may hold
 * @param own what the field costs beside its items
 */
export const atMost = (max: number, description: string, own = 1): BoundedList => ({
  description: `${description} At most ${max.toLocaleString('en-US')}.`,
  complexity: ({ childComplexity }) => own + max * childComplexity,
})
