import { Field, ID, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Moment } from '../../kernel/schema/scalars.js'
import type { Judgment } from '../../rules/judged.js'
import type * as words from '../../rules/vocabulary.js'
import { AcknowledgingRole, FigureName, JudgmentKind } from '../enums.js'
import type { JudgmentAcknowledgement } from './judgment-acknowledgement.js'

/** Three figures for each subject matter and category, or ten of a control with two of an extension. */
export const FIGURES_MAX = 30

@ObjectType({ description: 'One figure that a judgment stands against, computed from what was recorded.' })
export class Figure {
  @Field(() => FigureName, { description: 'What it counts or states.' })
  name: words.FigureName

  @Field(() => String, { description: 'The figure as people read it.' })
  value: string
}

@ObjectType({
  description:
    'A decision that the figures speak against, or that took a figure away: computed from what was recorded, for the engagement partner and the quality reviewer, or where there is none the second reader, to acknowledge before the report can be issued.',
})
export class JudgmentAgainstFigures {
  engagementId: string
  judgment: Judgment

  @Field(() => ID, {
    description: 'Opaque, and the same for as long as the judgment is on the list. No id for `node`.',
  })
  id: string

  @Field(() => JudgmentKind, { description: 'In what way it stands against the figures.' })
  kind: words.JudgmentKind

  @Field(() => String, { description: 'What was judged, as a sentence.' })
  statement: string

  @Field(() => [Figure], atMost(FIGURES_MAX, 'The figures as they are now.'))
  figures: readonly Figure[]

  @Field(() => Moment, { nullable: true, description: 'When it was decided.' })
  decidedAt: Date | null

  @Field(() => String, { description: 'The reason that was given.' })
  reason: string

  @Field(() => String, {
    description:
      'Stands for figures, decision and reason as they are now: give it back when acknowledging. Another one after each change.',
  })
  figuresDigest: string

  /** Those of the judgment as it is now, in the order in which they were given. */
  acknowledged: readonly JudgmentAcknowledgement[]

  @Field(
    () => [AcknowledgingRole],
    atMost(
      2,
      'The roles in which it is still to be acknowledged, on the figures as they are now and by who holds them now.',
    ),
  )
  awaited: readonly words.AcknowledgingRole[]

  @Field(() => Boolean, {
    description:
      'Whether the engagement partner and the quality reviewer, or in their place the second reader, have both acknowledged it as it is now.',
  })
  isAcknowledged: boolean
}
