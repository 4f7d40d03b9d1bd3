import {
  type ASTVisitor,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql'
// The ESM build names graphql’s .mjs files and so loads a second graphql; this one does not.
import { type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity/cjs'
import { pageLimits } from '../graph/page.js'

/** What one request may ask for. */
export const limits = {
  bodyBytes: 4 * 1024 * 1024,
  fileBytes: 600 * 1024 * 1024,
  tokens: 10_000,
  depth: 16,
  rootFields: 30,
  cost: 50_000,
} as const

/** Refuses an operation that is too deep, or asks for too many things at its root. */
export function shapeRule(context: ValidationContext): ASTVisitor {
  const depthOf = (set: SelectionSetNode | undefined, spread: ReadonlySet<string>): number => {
    let deepest = 0
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value
        if (spread.has(name)) continue
        deepest = Math.max(deepest, depthOf(context.getFragment(name)?.selectionSet, new Set([...spread, name])))
      } else {
        const below = depthOf(selection.selectionSet, spread)
        deepest = Math.max(deepest, selection.kind === Kind.FIELD ? below + 1 : below)
      }
    }
    return deepest
  }
  return {
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet, new Set())
      if (depth > limits.depth) {
        context.reportError(
          new GraphQLError(`The operation is ${depth} levels deep; ${limits.depth} are allowed.`, { nodes: operation }),
        )
      }
      const roots = operation.selectionSet.selections.length
      if (roots > limits.rootFields) {
        context.reportError(
          new GraphQLError(`The operation has ${roots} fields at its root; ${limits.rootFields} are allowed.`, {
            nodes: operation,
          }),
        )
      }
    },
  }
}

/** A list costs what it may hold at most; everything else costs one. */
function estimate({ field, args, childComplexity }: ComplexityEstimatorArgs): number {
  const paged = field.args.some((argument) => argument.name === 'first')
  const items = paged ? (typeof args.first === 'number' ? Math.max(1, args.first) : pageLimits.default) : 1
  return 1 + items * childComplexity
}

/**
 * Weighs the operation that is to run, of all that the document holds.
 * @throws GraphQLError when it could cost more than the limit, or its variables are not what it declares
 */
export function mustBeAffordable(
  schema: GraphQLSchema,
  query: Parameters<typeof getComplexity>[0]['query'],
  asked: { operationName: string | null; variables: Record<string, unknown> },
): void {
  const cost = costOf(schema, query, asked)
  if (cost > limits.cost) {
    throw badInput(`The operation could cost ${cost}; ${limits.cost} is allowed. Ask for fewer or smaller lists.`)
  }
}

function costOf(...[schema, query, { operationName, variables }]: Parameters<typeof mustBeAffordable>): number {
  try {
    const chosen = operationName === null ? {} : { operationName }
    return getComplexity({ schema, query, variables, estimators: [estimate], ...chosen })
  } catch (error) {
    // The weighing is the first to see variables that do not fit, and Apollo takes what it throws for a fault of ours.
    if (error instanceof GraphQLError) throw badInput(error.message, error.nodes)
    throw error
  }
}

const badInput = (message: string, nodes?: GraphQLError['nodes']) =>
  new GraphQLError(message, { nodes: nodes ?? null, extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } })
