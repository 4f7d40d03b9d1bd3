import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
} from 'graphql'

/** One step from an object to others: a field, and `nodes` where it is a connection. */
export interface Step {
  from: string
  field: string
  isConnection: boolean
  to: string
}

/** The ways from objects of each type to others that take no argument that must be given. */
function stepsOf(schema: GraphQLSchema): Map<string, Step[]> {
  const steps = new Map<string, Step[]>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || isWrapper(type) || isRoot(schema, type)) continue
    const own = Object.values(type.getFields()).flatMap((field) => stepOf(type, field))
    steps.set(type.name, own)
  }
  return steps
}

const isWrapper = ({ name }: GraphQLObjectType) => /(Connection|Edge|Payload)$/.test(name)
const isRoot = (schema: GraphQLSchema, type: GraphQLObjectType) =>
  type === schema.getQueryType() || type === schema.getMutationType()

function stepOf({ name: from }: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Step[] {
  const named = getNamedType(field.type)
  const needed = field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)
  if (!isObjectType(named) || needed) return []
  const nodes = named.name.endsWith('Connection') ? named.getFields().nodes : undefined
  const to = nodes ? getNamedType(nodes.type).name : named.name
  return [{ from, field: field.name, isConnection: nodes !== undefined, to }]
}

/**
 * Every cycle of the schema through at most so many different types that can be entered by an id, once: from a type with a
 * root field of its own where it has one.
 */
export function cyclesOf(schema: GraphQLSchema, longest: number): Step[][] {
  const steps = stepsOf(schema)
  const nodes = schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType).map(({ name }) => name)
  const starts = [
    ...nodes.filter((type) => rootFieldOf(schema, type)),
    ...nodes.filter((type) => !rootFieldOf(schema, type)),
  ]
  const found = new Map<string, Step[]>()
  const walk = (start: string, path: readonly Step[], at: string) => {
    for (const step of steps.get(at) ?? []) {
      if (step.to === start) {
        const cycle = [...path, step]
        // The same cycle is met from each of its types.
        const key = cycle
          .map(({ from, field }) => `${from}.${field}`)
          .sort()
          .join()
        if (!found.has(key)) found.set(key, cycle)
      } else if (path.length + 1 < longest && !path.some(({ from }) => from === step.to)) {
        walk(start, [...path, step], step.to)
      }
    }
  }
  for (const type of starts) walk(type, [], type)
  return [...found.values()]
}

/**
 * A query that goes round a cycle until it is so many levels deep, from the root field that reaches an object of its first
 * type by id: `node` where there is none of its own, which no plan answers.
 * @param first of each connection; as usual when absent
 */
export function roundAndRound(schema: GraphQLSchema, cycle: readonly Step[], levels: number, first?: number): string {
  const opened: string[] = []
  // The root field and the innermost `__typename` are levels, too.
  for (let deep = 2, at = 0; ; at += 1) {
    const { field, isConnection } = cycle[at % cycle.length] as Step
    deep += isConnection ? 2 : 1
    if (deep > levels) break
    opened.push(isConnection ? `${field}${first ? `(first: ${first})` : ''} { nodes {` : `${field} {`)
  }
  const braces = opened.join('').match(/\{/g)?.length ?? 0
  const round = `${opened.join(' ')} __typename ${'}'.repeat(braces)}`
  const [{ from }] = cycle as [Step]
  const own = rootFieldOf(schema, from)
  return own
    ? `query ($id: ID!) { ${own}(id: $id) { ${round} } }`
    : `query ($id: ID!) { node(id: $id) { ... on ${from} { ${round} } } }`
}

/** The root field that answers one object of this type by its id. */
export function rootFieldOf(schema: GraphQLSchema, type: string): string | undefined {
  return Object.values(schema.getQueryType()?.getFields() ?? {}).find(
    (field) => getNamedType(field.type).name === type && field.args.map(({ name }) => name).join() === 'id',
  )?.name
}
