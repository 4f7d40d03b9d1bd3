import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { type Heavy, Row } from '../../kernel/store/row.js'

/** So many criteria has a set at most. */
export const SET_CRITERIA_MAX = 2_000

@Entity('further_criterion')
@ObjectType({ implements: Node, description: 'A criterion of a set that the firm loaded, as the firm wrote it.' })
export class FurtherCriterion extends Row {
  static readonly typeName = 'FurtherCriterion'
  /** Thousands of texts, written once. */
  static override readonly inTrail = 'DIGEST'
  static override readonly heavy: readonly Heavy<FurtherCriterion>[] = ['text']
  static override readonly bounds = { criteriaSetId: SET_CRITERIA_MAX }

  @Column({ type: 'uuid' })
  criteriaSetId: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Its place in the set, from 1.' })
  position: number

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Its code in the framework; unique in the set.' })
  code: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The section of the framework it stands in; null where none was said.',
  })
  section: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What it is about, in a few words.' })
  title: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Its text; null where the firm loaded none.' })
  text?: string | null
}
