import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { ClientRow, type Heavy } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { DescriptionCriterion } from '../enums.js'

@Entity('description_section')
@ObjectType({
  implements: Node,
  description: 'What management writes about its system under one description criterion (Section III).',
})
export class DescriptionSection extends ClientRow {
  static readonly typeName = 'DescriptionSection'
  static override readonly heavy: readonly Heavy<DescriptionSection>[] = ['text']

  @Column({ type: 'text' })
  @Field(() => DescriptionCriterion, { description: 'The description criterion it answers.' })
  criterion: words.DescriptionCriterion

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The section as management wrote it.' })
  text?: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, {
    description: 'When management changed what it says, the last time; other spacing alone is no change.',
  })
  writtenAt: Date

  /** SHA-256 of what it said when testing had begun, and of what it says now; null while it says the same. */
  @Column({ type: 'text', nullable: true })
  testedDigest: string | null

  @Column({ type: 'text', nullable: true })
  rewrittenDigest: string | null

  @Column({ type: 'uuid', nullable: true })
  rewrittenBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  rewrittenAt: Date | null
}
