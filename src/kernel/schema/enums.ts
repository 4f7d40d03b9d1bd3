import { registerEnumType } from 'type-graphql'
import { blockerCodes } from '../../rules/blocker-codes.js'
import { lifecycleStates } from '../../rules/lifecycles.js'
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
export const BlockerCode = enumOf('BlockerCode', 'What must be done before an act is possible.', blockerCodes)
export const LifecycleState = enumOf(
  'LifecycleState',
  'A state of any object that goes through states, as an act that is not possible from it names it.',
  lifecycleStates,
)
