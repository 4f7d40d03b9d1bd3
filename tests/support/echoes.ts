import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql'
import { argumentsFor, type Filling } from './generate.js'

/** A text that nothing else holds, a name as well. */
export const canary = 'Zq7CanaryPassword9xZ'
/** The same as a number, a rate and a day. */
export const canaryInt = 918_273_645
export const canaryRate = 918.273645
export const canaryDay = '2091-08-27'
const marks = [canary, String(canaryInt), String(canaryRate), canaryDay]

/** The marks that a text holds, in whatever case or coding. */
export function marksIn(text: string): string[] {
  const low = text.toLowerCase()
  return marks.filter((mark) =>
    [mark, encodeURIComponent(mark), Buffer.from(mark).toString('base64').slice(0, -4)].some((form) =>
      low.includes(form.toLowerCase()),
    ),
  )
}

type Path = readonly (string | number)[]

/** A place in the arguments of a root field, and a value that it is sent. */
export interface Echo {
  what: string
  path: Path
  value: unknown
}

/** Every value that a place could be sent by mistake. */
function wrongAt(type: GraphQLInputType, value: unknown): Record<string, unknown> {
  const named = getNamedType(type)
  const wrongs: Record<string, unknown> = { 'an object': { [canary]: canary }, 'a list': [[canary]] }
  if (isNonNullType(type)) wrongs.null = null
  if (isInputObjectType(named) && !isListType(isNonNullType(type) ? type.ofType : type)) {
    wrongs['an unknown field'] = { ...(value as object), [canary]: canary }
  }
  if (isEnumType(named) || isInputObjectType(named)) wrongs['a text'] = canary
  if (!isScalarType(named)) return wrongs
  const texts = {
    'a text': canary,
    'a long text': `${canary} ${'x'.repeat(25_000)}`,
    'a text with a control character': `${canary}\u0007`,
  }
  const numbers = { 'a number': canaryInt, 'a rate': canaryRate }
  return { ...wrongs, ...texts, ...numbers, 'a day': canaryDay }
}

/** What can be sent by mistake to one root field: at every place of its arguments, one thing at a time. */
export function echoesOf(schema: GraphQLSchema, field: string, filling: Omit<Filling, 'field'>) {
  const root = schema.getMutationType()?.getFields()[field] ?? schema.getQueryType()?.getFields()[field]
  const variables = argumentsFor(schema, field, filling)
  const echoes: Echo[] = []
  const visit = (type: GraphQLInputType, path: Path, value: unknown): void => {
    for (const [what, wrong] of Object.entries(wrongAt(type, value))) echoes.push({ what, path, value: wrong })
    const bare = isNonNullType(type) ? type.ofType : type
    if (isListType(bare)) visit(bare.ofType, [...path, 0], (value as unknown[] | null)?.[0])
    if (!isInputObjectType(bare)) return
    for (const inner of Object.values(bare.getFields())) {
      visit(inner.type, [...path, inner.name], (value as Record<string, unknown> | null)?.[inner.name])
    }
  }
  for (const argument of root?.args ?? []) visit(argument.type, [argument.name], variables[argument.name])
  return { variables, echoes, args: root?.args ?? [] }
}

/** The same value with another one at a place. */
export function withAt(value: unknown, [key, ...rest]: Path, wrong: unknown): unknown {
  if (key === undefined) return wrong
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? [...value] : []
    list[key] = withAt(list[key], rest, wrong)
    return list
  }
  return { ...(value as object), [key]: withAt((value as Record<string, unknown> | null)?.[key], rest, wrong) }
}

/** A value as it is written in a document. Where a text stands for an enum it is a bare name, the canary as well. */
export function literal(value: unknown, type: GraphQLInputType | null): string {
  const bare = isNonNullType(type) ? type.ofType : type
  if (Array.isArray(value)) {
    return `[${value.map((one) => literal(one, isListType(bare) ? bare.ofType : null)).join(', ')}]`
  }
  if (value !== null && typeof value === 'object') {
    const fields = isInputObjectType(bare) ? bare.getFields() : {}
    return `{${Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => `${name}: ${literal(one, fields[name]?.type ?? null)}`)
      .join(', ')}}`
  }
  if (typeof value === 'string' && isEnumType(isListType(bare) ? getNamedType(bare) : bare)) return value
  return JSON.stringify(value ?? null)
}
