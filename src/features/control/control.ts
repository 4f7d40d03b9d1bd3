import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Heavy, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import {
  ControlArea,
  ControlFrequency,
  ControlNature,
  ControlType,
  DesignConclusion,
  OperationConclusion,
  RiskLevel,
} from '../enums.js'

@Entity('control')
@ObjectType({ implements: Node, description: 'A control of the client, as tested in one engagement.' })
export class Control extends EngagementRow {
  static readonly typeName = 'Control'
  static override readonly heavy: readonly Heavy<Control>[] = ['description', 'ipe', 'ipeReliability']

  static override readonly violations: Violations = {
    control_ref_unique: ['The engagement has a control of this reference already.', 'ref'],
  }

  static override readonly bounds = { engagementId: 500 }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The reference by which firm and client call it, e.g. AC-01. It never changes.' })
  ref: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What it is, in a few words.' })
  title: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'How it operates: who does what, when, on what.' })
  description?: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Who at the client answers for it.' })
  owner: string

  /** The same as a person of the client, where one was named. */
  @Column({ type: 'uuid', nullable: true })
  ownerMemberId: string | null

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
  @Field(() => RiskLevel, { description: 'The risk that it does not operate: it sets how many items are tested.' })
  risk: words.RiskLevel
  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The first day on which it operated; null where it did from the beginning of what is examined on.',
  })
  operatedFrom: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The last day on which it operated; null where it did until the end of what is examined.',
  })
  operatedTo: string | null

  @Column({ type: 'uuid', nullable: true })
  replacesId: string | null

  /** The version of the firm's library that it was taken from; null where the engagement wrote it. */
  @Column({ type: 'uuid', nullable: true })
  libraryControlVersionId: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The information it uses (IPE): reports, lists, dashboards of the entity that it rests on.',
  })
  ipe?: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'How the completeness and accuracy of that information were established.',
  })
  ipeReliability?: string | null

  /** What it names for its samples, in basis points; null, until fixed, where it leaves it to the methodology. */
  @Column({ type: 'integer', nullable: true })
  confidenceBp: number | null

  @Column({ type: 'integer', nullable: true })
  tolerableRateBp: number | null

  @Column({ type: 'integer', nullable: true })
  expectedRateBp: number | null

  /** Why its rates lie beyond the bounds of the methodology, on which papers, and who planned so; null where they do not. */
  @Column({ type: 'text', nullable: true })
  ratesReason: string | null

  @Column({ type: 'uuid', array: true })
  ratesRestsOnIds: string[]

  @Column({ type: 'uuid', nullable: true })
  ratesPlannedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  ratesPlannedAt: Date | null

  /** The methodology in force when its first population was imported. */
  @Column({ type: 'uuid', nullable: true })
  methodologyId: string | null

  @Column({ type: 'timestamptz', nullable: true })
  samplingFixedAt: Date | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'A day that begins one of its cycles; null where they are those of the calendar.',
  })
  anchorOn: string | null

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many days after the end of a cycle its occurrence is still in time.' })
  graceDays: number

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description: 'Whether days of grace, and the days of a DAILY control, are days of work by the client’s calendar.',
  })
  countsBusinessDays: boolean

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'When it last operated before the period; null where that is not known.',
  })
  lastOccurrenceOn: string | null

  /** The evidence of that occurrence. */
  @Column({ type: 'uuid', array: true })
  lastOccurrenceRestsOnIds: string[]

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was retired; null while it is examined.' })
  retiredAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  retiredBy: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was retired; null while it is examined.' })
  retiredReason: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description:
      'When the partner decided that it was never needed, so that Section IV leaves it out; null where nobody did. Why stands in `changes`.',
  })
  notNeededAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => DesignConclusion, { nullable: true, description: 'The conclusion on its design; null until concluded.' })
  designConclusion: words.DesignConclusion | null

  @Column({ type: 'text', nullable: true })
  @Field(() => OperationConclusion, {
    nullable: true,
    description: 'The conclusion on its operation; null until concluded, and always in a Type 1.',
  })
  operationConclusion: words.OperationConclusion | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was concluded so.' })
  conclusionRationale: string | null

  /** The papers that the reason for the conclusion rests on. */
  @Column({ type: 'uuid', array: true })
  conclusionRestsOnIds: string[]

  @Column({ type: 'uuid', nullable: true })
  concludedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was concluded.' })
  concludedAt: Date | null
}

/** The cycle of a control of which nothing was said: that of the calendar, without grace. */
const ordinaryCycle = {
  anchorOn: null,
  graceDays: 0,
  countsBusinessDays: false,
  lastOccurrenceOn: null,
  lastOccurrenceRestsOnIds: [] as string[],
}

/** A control on which nothing is concluded, or nothing any more. */
export const unconcluded = {
  conclusionRestsOnIds: [] as string[],
  designConclusion: null,
  operationConclusion: null,
  conclusionRationale: null,
  concludedBy: null,
  concludedAt: null,
}

/** A control as it is added. */
export const notYetTested = { ...ordinaryCycle, ...unconcluded, ratesRestsOnIds: [] as string[] }
