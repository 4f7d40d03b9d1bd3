import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Context } from './context.js'
import { checkLimits } from './limits.js'
import type { Request } from './request.js'

/**
 * Begins an operation, whichever way it is answered: the log entry names it, and its cost is checked and charged.
 * @param variables as they were sent
 * @returns the variables as the operation takes them
 * @throws GraphQLError where they do not fit, or the operation could cost too much; Fault RATE_LIMITED where it exceeds a budget
 */
export function checkOperation(
  { entry, cost }: Request,
  {
    schema,
    document,
    operation,
  }: { schema: GraphQLSchema; document: DocumentNode; operation: OperationDefinitionNode },
  variables: Record<string, unknown>,
): Record<string, unknown> {
  entry.take(operation)
  return checkLimits(schema, document, operation, variables, (points, isCounted) =>
    cost.chargeEstimate(points, isCounted),
  )
}

/**
 * Ends an operation, whichever way it was answered: its reads, its charge, its codes in the log entry. What observes operations
 * does so here.
 * @param codes of the errors in the answer
 */
export async function operationAnswered(context: Context, codes: readonly string[]): Promise<void> {
  await context.end()
  for (const code of codes) context.request.entry.codes.add(code)
  context.settle()
}
