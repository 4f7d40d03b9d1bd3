import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { Row, type Violations } from '../../kernel/store/row.js'

@Entity('criteria_set')
@ObjectType({
  implements: Node,
  description:
    'A set of criteria that the firm loaded: a framework beside the trust services criteria, or its own text of them. The service ships none. It never changes: another edition is another set, which supersedes it.',
})
export class CriteriaSet extends Row {
  static readonly typeName = 'CriteriaSet'
  static override readonly violations: Violations = {
    criteria_set_once: ['The firm has a set of this name and edition already.', 'edition'],
    criteria_set_superseded_once: ['Another set supersedes that one already.', 'supersedesId'],
  }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the framework is called; the report names it so.' })
  name: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Who published the framework.' })
  publisher: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Which version of the framework it is, as its publisher calls it.' })
  edition: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What the framework is about; null where nothing was said.' })
  description: string | null

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'Where the criteria come from, and by which right the firm uses and prints their text.',
  })
  licenceNote: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many criteria the set has.' })
  criterionCount: number

  @Column({ type: 'uuid', nullable: true })
  supersedesId: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When it was retired: engagements that use it keep it, no other takes it; null while any may.',
  })
  retiredAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  retiredBy: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was retired; null while it is not.' })
  retiredReason: string | null
}
