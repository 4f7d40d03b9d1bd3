import { Refusal } from './refusal.js'
import { type EngagementKind, type ProcedureAspect, words } from './vocabulary.js'

/** What the plan of a test of a control may say. */

/** In a readiness engagement every aspect can be tried out; in a Type 1 only design, and that it is in place. */
export function concludesOnOperation(kind: EngagementKind): boolean {
  return kind !== 'SOC2_TYPE_1'
}

/**
 * A Type 1 examines design as of a date, and that the control was put in place by then: it has no test of operation.
 * Refuses with INVALID_INPUT at `aspects` and the place of the aspect.
 * @param aspects as they were given
 */
export function checkAspects(kind: EngagementKind, aspects: readonly ProcedureAspect[]): void {
  const at = aspects.indexOf('OPERATION')
  if (at < 0 || concludesOnOperation(kind)) return
  throw new Refusal('INVALID_INPUT', 'A Type 1 examines design as of a date; it has no test of operation.', [
    'aspects',
    at,
  ])
}

/** Of what a test is about, that which an engagement of this kind examines: a Type 1 has no test of operation. */
export function aspectsExamined(kind: EngagementKind, aspects: readonly ProcedureAspect[]): ProcedureAspect[] {
  return aspects.filter((aspect) => aspect !== 'OPERATION' || concludesOnOperation(kind))
}

/**
 * Each attribute of a test has a letter of its own.
 * @param path where the list of attributes stands in the input
 * @returns a refusal with INVALID_INPUT at each letter that stood before
 */
export function repeatedLetters(
  attributes: readonly { letter: string }[],
  path: readonly (string | number)[] = ['attributes'],
): Refusal[] {
  const letters = attributes.map(({ letter }) => letter)
  return letters.flatMap((letter, at) => {
    if (letters.indexOf(letter) === at) return []
    const message = 'The letter stands twice; each attribute has its own.'
    return new Refusal('INVALID_INPUT', message, [...path, at, 'letter'])
  })
}

/** Whether a test is about operation, alone or with design and implementation. */
export function testsOperation({ aspects }: { readonly aspects: readonly ProcedureAspect[] }): boolean {
  return aspects.includes('OPERATION')
}

/** Words of a vocabulary in its order: a set is kept the same way, whatever the order it was given in. */
export function inOrderOf<T extends Record<string, string>>(
  vocabulary: T,
  given: readonly (keyof T & string)[],
): (keyof T & string)[] {
  return words(vocabulary).filter((word) => given.includes(word))
}

/** What a test is about, as the report says it: `design and implementation`. */
export const aspectNames: Record<ProcedureAspect, string> = {
  DESIGN: 'design',
  IMPLEMENTATION: 'implementation',
  OPERATION: 'operation',
}
