import { type GraphQLSchema, isObjectType } from 'graphql'
import { type ContainerType, getMetadataStorage } from 'type-graphql'

type FieldResolver = ReturnType<typeof getMetadataStorage>['fieldResolvers'][number]
type Resolver = Record<string, (source: object, context: unknown) => unknown>
type Noun = abstract new () => object

/** The resolvers of the features, each made once: all they go by is in what they are given. */
export function resolversMadeOnce(): ContainerType {
  const made = new Map<new () => object, object>()
  return {
    get(resolver: new () => object) {
      const known = made.get(resolver) ?? new resolver()
      made.set(resolver, known)
      return known
    },
  }
}

/**
 * Fields whose method takes their object and at most the request are answered by the method straight: the library finds out
 * anew for each of thousands of objects what the method takes. What takes arguments stays with the library, which converts
 * them, and so does an object that is not of its class yet.
 */
export function bypassArgumentMapping(schema: GraphQLSchema, resolvers: ContainerType): void {
  const { fieldResolvers, objectTypes } = getMetadataStorage()
  for (const fieldResolver of fieldResolvers) {
    const { getObjectType, methodName, schemaName, target } = fieldResolver
    const noun = getObjectType?.() as Noun
    const type = schema.getType(objectTypes.find((one) => one.target === noun)?.name ?? '')
    const field = isObjectType(type) && takesObjectAndRequest(fieldResolver) ? type.getFields()[schemaName] : undefined
    const byLibrary = field?.resolve
    if (!byLibrary) continue
    const resolver = resolvers.get(target, {} as never) as Resolver
    field.resolve = (source, args, context, info) =>
      source instanceof noun ? resolver[methodName]?.(source, context) : byLibrary(source, args, context, info)
  }
}

function takesObjectAndRequest({ kind, params = [], middlewares = [], roles }: FieldResolver): boolean {
  if (kind !== 'external' || middlewares.length > 0 || roles) return false
  const taken = [...params].sort((one, other) => one.index - other.index)
  const asTheyAre = taken.every((one) => !('propertyName' in one) || one.propertyName === undefined)
  return asTheyAre && ['root', 'root,context'].includes(taken.map((one) => one.kind).join())
}
