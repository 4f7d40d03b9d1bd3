import { ArrayMaxSize } from 'class-validator'
import { Field, ID } from 'type-graphql'
import { PAPERS_MAX } from '../store/papers.js'
import { NeededUnless } from './input.js'

/**
 * `restsOnIds` of an input: the papers that a reason rests on. Checked by `checkPapers` (store/papers.ts).
 * @param updates in an update it may be absent, which leaves the papers as they are, or null, which clears them
 */
export const Papers =
  (description: string, updates = false): PropertyDecorator =>
  (target, property) => {
    const bounded = `${description} Papers of the engagement, ${PAPERS_MAX} at most.`
    const absent = updates ? { nullable: true } : { defaultValue: [] }
    Field(() => [ID], { ...absent, description: bounded })(target, property as string)
    NeededUnless(updates)(target, property)
    ArrayMaxSize(PAPERS_MAX)(target, property as string)
  }
