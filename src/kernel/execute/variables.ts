import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql'
import { isNamed, RequestError, shownMessage } from './error-messages.js'

/**
 * The variables of an operation as it takes them, as graphql-js would have them. What it says of one that does not fit
 * repeats the whole of it, a password included: here it says where it lies and what would be right. It goes no further
 * than the first fault: a list of a million things that do not fit would make a million errors.
 * @throws RequestError when they are not what the operation declares
 */
export function variablesOf(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const coerced: Record<string, unknown> = {}
  for (const definition of variableDefinitions) {
    const name = definition.variable.name.value
    const refuse = (path: readonly (string | number)[], what: string) =>
      refusal(definition, isNamed(schema, name) ? `Variable "$${name}"` : 'Variable', path, what)
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined
    if (!isInputType(type)) throw refuse([], 'It is declared with a type that is none of an input.')
    if (!Object.hasOwn(given, name) && definition.defaultValue) {
      coerced[name] = valueFromAST(definition.defaultValue, type)
      continue
    }
    const value = given[name]
    if (isNonNullType(type) && (value === null || value === undefined)) {
      throw refuse([], `A value of required type "${type}" was not provided.`)
    }
    if (!Object.hasOwn(given, name)) continue
    coerced[name] = coerceInputValue(value, type, (path, _sent, error) => {
      throw refuse(path, shownMessage(schema, error.message))
    })
  }
  return coerced
}

function refusal(
  definition: VariableDefinitionNode,
  variable: string,
  path: readonly (string | number)[],
  what: string,
): RequestError {
  const place = path.length === 0 ? '' : ` at "${path.join('.')}"`
  return badInput(`${variable}${place}: ${what}`, [definition])
}

/** A request that is not executed because of what it holds. */
export const badInput = (message: string, nodes?: RequestError['nodes']): RequestError =>
  new RequestError(message, { nodes: nodes ?? null, extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } })
