import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { badInput } from './variables.js'

/**
 * Refuses an operation that asks for more recorded queries than this, before any of them is answered or recorded: each is a transaction
 * of its own (docs/adr/0016). Counted as the document is written, whatever its directives say; one place of the answer that is named
 * twice counts once.
 * @param operation one that is valid: its fragments come to no more fields than are allowed
 * @throws GraphQLError BAD_USER_INPUT
 */
export function checkRecordedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  max: number,
): void {
  const fields = schema.getRootType(operation.operation)?.getFields() ?? {}
  const places = new Set<string>()
  const collect = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const { name, alias } = selection
        if (fields[name.value]?.extensions.recorded) places.add(alias?.value ?? name.value)
      } else collect(selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragment(selection.name.value))
    }
  }
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
  const fragment = (name: string) => fragments.find((one) => one.name.value === name)?.selectionSet
  collect(operation.selectionSet)
  if (places.size <= max) return
  throw badInput(`The operation asks for ${places.size} things that are recorded; ${max} are allowed. Send several.`, [
    operation,
  ])
}
