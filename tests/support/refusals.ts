import { Refusal } from '../../src/rules/refusal.js'

/** The refusal that an act ends in. Fails when the act goes through, or breaks in another way. */
export function refusalOf(act: () => unknown): Refusal {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('The act was expected to be refused, and was not.')
}
