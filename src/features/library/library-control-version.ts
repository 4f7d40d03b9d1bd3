import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { type Heavy, Row } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ControlArea, ControlFrequency, ControlNature, ControlType, RiskLevel } from '../enums.js'

@Entity('library_control_version')
@ObjectType({
  implements: Node,
  description:
    'What a control of the library says, with its tests. A version never changes: a change makes the next. An engagement that takes it keeps what it took.',
})
export class LibraryControlVersion extends Row {
  static readonly typeName = 'LibraryControlVersion'
  static override readonly heavy: readonly Heavy<LibraryControlVersion>[] = ['description', 'ipe', 'guidance']

  @Column({ type: 'uuid' })
  libraryControlId: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'The number of the version, from 1.' })
  number: number

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'From when on engagements take it, until the next version is made.' })
  effectiveAt: Date

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the control is, in a few words.' })
  title: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'How it operates: who does what, when, on what.' })
  description?: string

  @Column({ type: 'text' })
  @Field(() => ControlFrequency, { description: 'How often it operates.' })
  frequency: words.ControlFrequency

  @Column({ type: 'text' })
  @Field(() => ControlNature, { description: 'Who or what performs it.' })
  nature: words.ControlNature

  @Column({ type: 'text' })
  @Field(() => ControlType, { description: 'Whether it prevents, detects or corrects.' })
  type: words.ControlType

  @Column({ type: 'text' })
  @Field(() => ControlArea, { description: 'The area it belongs to.' })
  area: words.ControlArea

  @Column({ type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether the criteria cannot be met without it.' })
  isKey: boolean

  @Column({ type: 'text' })
  @Field(() => RiskLevel, {
    description: 'The risk that it does not operate, from which an engagement starts; it rates its own.',
  })
  risk: words.RiskLevel

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'The information that such a control uses (IPE).' })
  ipe?: string | null

  @Column({ type: 'text', array: true })
  criteriaCodes: string[]

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'What the firm tells its auditors of it: what to look at, what is often found. Engagements do not copy it.',
  })
  guidance?: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why the firm changed it; null of the first version.' })
  reason: string | null
}
