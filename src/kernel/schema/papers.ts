import { ArrayMaxSize } from 'class-validator'
import { Field, ID } from 'type-graphql'
import { PAPERS_MAX } from '../store/papers.js'

/** `restsOnIds` of an input: the papers that a reason rests on. Checked by `checkPapers` (store/papers.ts). */
export const Papers =
  (description: string): PropertyDecorator =>
  (target, property) => {
    const bounded = `${description} Papers of the engagement, ${PAPERS_MAX} at most.`
    Field(() => [ID], { defaultValue: [], description: bounded })(target, property as string)
    ArrayMaxSize(PAPERS_MAX)(target, property as string)
  }
