import type { ExceptionAccount } from './exceptions.js'
import { isolated, sentence } from './text.js'

/**
 * A misstatement of the description is no failure of a control: what the description is to say stands beside what it says; of a
 * control, what the description says of it beside what is wrong with that. Parts that are not recorded are left out.
 */
export function misstatementInWords({
  controlRef,
  expectedOperation,
  condition,
}: Pick<ExceptionAccount, 'controlRef' | 'expectedOperation' | 'condition'>): string {
  const [held, found] = [expectedOperation, condition].map((text) => isolated(sentence(text)))
  const parts = controlRef
    ? [held && `The description says of control ${controlRef}: ${held}`, found]
    : [held && `What the description is to say: ${held}`, found && `What the description says: ${found}`]
  return parts.filter((part) => part !== '').join(' ')
}
