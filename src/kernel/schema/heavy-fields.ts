import { type GraphQLSchema, isObjectType } from 'graphql'
import type { Context } from '../execute/context.js'
import type { Row, RowClass } from '../store/row.js'

/**
 * Gives each field that is a heavy column (`Row.heavy`) a resolver which reads it. A row that was read without it, or a copy of
 * one, has no such property: what was not read never looks like null. For the limits it is a property like any other.
 * @throws Error where such a field has a resolver of its own that does not declare, by the extension `readsWhole`, that it reads
 *   the row whole (`Loaders.whole`): it would be given a row without the column
 */
export function heavyFields(schema: GraphQLSchema, rows: readonly RowClass[]): void {
  for (const row of rows) {
    const type = schema.getType(row.typeName)
    if (!isObjectType(type)) continue
    for (const column of row.heavy) {
      const field = type.getFields()[column]
      if (!field || field.extensions.readsWhole === true) continue
      if (field.resolve)
        throw new Error(`The resolver of ${row.typeName}.${column} does not declare that it reads the row whole.`)
      field.resolve = (source: Row, _args: unknown, context: Context) => {
        const property = column as keyof Row
        const value: unknown = source[property]
        return value === undefined ? context.loaders.heavy(row, source.id).then((one) => one[property]) : value
      }
      field.extensions = { ...field.extensions, isProperty: true }
    }
  }
}
