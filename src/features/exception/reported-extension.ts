import { Field, Int, ObjectType } from 'type-graphql'
import type * as words from '../../rules/vocabulary.js'
import { ExtensionKind } from '../enums.js'

@ObjectType({
  description: 'An extension of the sample that an exception reports on, with what had been found before.',
})
export class ReportedExtension {
  @Field(() => ExtensionKind, {
    description: 'Whether it was planned before the draw, tested all that was left, or diluted.',
  })
  kind: words.ExtensionKind

  @Field(() => Int, { description: 'How many items the sample had before.' })
  sizeBefore: number

  @Field(() => Int, { description: 'How many items it had afterwards.' })
  sizeAfter: number

  @Field(() => Int, { description: 'How many items had been tested before.' })
  testedCountBefore: number

  @Field(() => Int, { description: 'How many items had deviated before.' })
  deviationCountBefore: number
}
