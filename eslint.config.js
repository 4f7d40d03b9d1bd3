// Lints the emitted schema only; the code is Biome's.
import graphql from '@graphql-eslint/eslint-plugin'

export default [
  {
    files: ['schema/*.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: './schema/schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      '@graphql-eslint/require-description': [
        'error',
        { types: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
      ],
      '@graphql-eslint/naming-convention': [
        'error',
        {
          types: 'PascalCase',
          FieldDefinition: 'camelCase',
          InputValueDefinition: 'camelCase',
          'EnumValueDefinition[parent.name.value!=MutationName]': 'UPPER_CASE',
          // Spelled as the mutations are: a client compares them with the names in its own operations.
          'EnumValueDefinition[parent.name.value=MutationName]': 'camelCase',
          'FieldDefinition[parent.name.value=Query]': {
            forbiddenPrefixes: ['get', 'list', 'query'],
            forbiddenSuffixes: ['Query'],
          },
          'FieldDefinition[parent.name.value=Mutation]': {
            forbiddenPrefixes: ['set', 'handle', 'do'],
            forbiddenSuffixes: ['Mutation'],
          },
        },
      ],
      '@graphql-eslint/no-typename-prefix': 'error',
      '@graphql-eslint/no-duplicate-fields': 'off',
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      '@graphql-eslint/relay-page-info': 'error',
      '@graphql-eslint/strict-id-in-types': 'off',
    },
  },
]
