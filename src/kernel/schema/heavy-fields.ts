import { type GraphQLSchema, isObjectType } from 'graphql'
import type { Context } from '../execute/context.js'
import type { Row, RowClass } from '../store/row.js'

/**
 * Gives each field that is a heavy column (`Row.heavy`) a resolver which reads it. A row that was read without it, or a copy of
 * one, has no such property: what was not read never looks like null. For the limits it is a property like any other.
 */
export function heavyFields(schema: GraphQLSchema, rows: readonly RowClass[]): void {
  for (const row of rows) {
    const type = schema.getType(row.typeName)
    if (!isObjectType(type)) continue
    for (const column of row.heavy) {
      const field = type.getFields()[column]
      // A field with a resolver of its own says itself what it needs.
      if (!field || field.resolve) continue
      field.resolve = (source: Row, _args: unknown, context: Context) => {
        const property = column as keyof Row
        const value: unknown = source[property]
        return value === undefined ? context.loaders.heavy(row, source.id).then((one) => one[property]) : value
      }
      field.extensions = { ...field.extensions, isProperty: true }
    }
  }
}
