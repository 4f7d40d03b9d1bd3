import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import type { Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { RetiredOrNot } from '../complementary/retired-or-not.js'
import { FrameworkUse, OpinionType } from '../enums.js'

/** So many frameworks an engagement has, those it took back among them. */
export const FRAMEWORKS_MAX = 10

@Entity('framework')
@ObjectType({
  implements: Node,
  description:
    'A further framework of an engagement: a criteria set of the firm, and what the engagement uses it for. One that was retired stays on file and counts for nothing.',
})
export class Framework extends RetiredOrNot {
  static readonly typeName = 'Framework'
  static override readonly bounds = { engagementId: FRAMEWORKS_MAX }
  static override readonly violations: Violations = {
    framework_once: ['The engagement uses this set already.', 'criteriaSetId'],
  }

  @Column({ type: 'uuid' })
  criteriaSetId: string

  @Column({ type: 'text' })
  @Field(() => FrameworkUse, { description: 'Whether the opinion covers it, or controls are mapped to it only.' })
  use: words.FrameworkUse

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description:
      'Whether Section V prints the mapping as other information that the opinion does not cover; never where it covers it.',
  })
  printsMapping: boolean

  @Column({ type: 'text', nullable: true })
  @Field(() => OpinionType, {
    nullable: true,
    description: 'The opinion on the suitability of design based on its criteria; null until decided.',
  })
  designOpinion: words.OpinionType | null

  @Column({ type: 'text', nullable: true })
  @Field(() => OpinionType, {
    nullable: true,
    description: 'The opinion on operating effectiveness based on its criteria; null until decided, and in a Type 1.',
  })
  operationOpinion: words.OpinionType | null

  /** Binds the opinion to what it was decided on. */
  @Column({ type: 'text', nullable: true })
  factsDigest: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'How far reaches what was not met, in the words of the partner; null where nothing is modified.',
  })
  rationale: string | null

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  @Column({ type: 'uuid', nullable: true })
  decidedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When the opinion on it was decided; null until it is.' })
  decidedAt: Date | null
}

/** What stands of an opinion where there is none. */
export const undecided = {
  designOpinion: null,
  operationOpinion: null,
  factsDigest: null,
  rationale: null,
  restsOnIds: [],
  decidedBy: null,
  decidedAt: null,
}
