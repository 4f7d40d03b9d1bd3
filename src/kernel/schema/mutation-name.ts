import { registerEnumType } from 'type-graphql'

/**
 * The mutations of the schema as an enum. Its values are spelled like the mutations, so that a client compares them with the
 * names in its own operations. Filled when the schema is put together (`nameMutations`): no earlier are they all known.
 */
export const MutationName: Record<string, string> = {}
const valuesConfig: Record<string, { description: string }> = {}

registerEnumType(MutationName, {
  name: 'MutationName',
  description: 'The name of a mutation, spelled as in `Mutation`.',
  valuesConfig,
})

/** Makes these mutations the values of `MutationName`. To be called before the schema is built. */
export function nameMutations(mutations: readonly { schemaName: string; description?: string | undefined }[]): void {
  for (const { schemaName, description } of mutations) {
    MutationName[schemaName] = schemaName
    valuesConfig[schemaName] = { description: description ?? '' }
  }
}
