import {
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql'

/** A place in the arguments of a root field: its path into the variables (`input.results.0.note`), and what goes in there. */
export interface Place {
  path: string
  type: GraphQLInputType
}

/** Every place in the arguments of a root field; of a list its first entry. */
export function placesIn(schema: GraphQLSchema, field: string): Place[] {
  const found: Place[] = []
  const walk = (given: GraphQLInputType, path: string): void => {
    const type = isNonNullType(given) ? given.ofType : given
    found.push({ path, type })
    if (isListType(type)) walk(type.ofType, `${path}.0`)
    if (!isInputObjectType(type)) return
    for (const inner of Object.values(type.getFields())) walk(inner.type, `${path}.${inner.name}`)
  }
  const roots = [schema.getMutationType(), schema.getQueryType()].flatMap((root) => root?.getFields()[field] ?? [])
  for (const argument of roots[0]?.args ?? []) walk(argument.type, argument.name)
  return found
}

/** The paths at which one of these scalars goes into a root field. */
export const scalarsIn = (schema: GraphQLSchema, field: string, ...names: string[]): string[] =>
  placesIn(schema, field).flatMap(({ path, type }) => (isScalarType(type) && names.includes(type.name) ? [path] : []))

/** The variables with another value at a path, which is made where it was left out. */
export function withValue(variables: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const copy = structuredClone(variables)
  const steps = path.split('.')
  const last = steps.pop() as string
  let place = copy
  for (const [at, step] of steps.entries()) {
    place[step] ??= /^\d+$/.test(steps[at + 1] ?? last) ? [] : {}
    place = place[step] as Record<string, unknown>
  }
  place[last] = value
  return copy
}
