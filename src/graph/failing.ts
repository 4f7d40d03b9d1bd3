import { type GraphQLSchema, isObjectType } from 'graphql'

/**
 * Has fields fail as promises, never at once. Where a field throws in a list of things that may not be null, graphql-js 16
 * leaves the list there and then, and what earlier things of it have promised fails with nobody waiting: a rejection that
 * nobody handles, for which Node ends the process.
 * @returns the same schema
 */
export function failAsPromises(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field
      if (!resolve) continue
      field.resolve = (source, args, context, info) => {
        try {
          return resolve(source, args, context, info)
        } catch (error) {
          return Promise.reject(error)
        }
      }
    }
  }
  return schema
}
