import { registerEnumType } from 'type-graphql'
import { importProblemCodes, refusalCodes } from '../../rules/refusal.js'

/** An enum of the schema from a vocabulary: its values are the words, their descriptions the meanings. */
export function enumOf<T extends Record<string, string>>(
  name: string,
  description: string,
  meanings: T,
): { readonly [K in keyof T]: K } {
  const values = Object.fromEntries(Object.keys(meanings).map((word) => [word, word])) as { [K in keyof T]: K }
  const valuesConfig = Object.fromEntries(Object.entries(meanings).map(([word, text]) => [word, { description: text }]))
  registerEnumType(values, { name, description, valuesConfig: valuesConfig as never })
  return values
}

export const ErrorCode = enumOf('ErrorCode', 'Why an act was refused.', refusalCodes)
export const ImportProblemCode = enumOf('ImportProblemCode', 'What is wrong in an imported file.', importProblemCodes)
