import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { ClientRow, type Heavy, type Paper } from '../../kernel/store/row.js'
import { exceptionAsPaper } from '../../rules/papers.js'
import { SAMPLE_MAX } from '../../rules/sampling.js'
import type * as words from '../../rules/vocabulary.js'
import { Cause, ExceptionCategory, ExceptionKind, ExceptionState } from '../enums.js'
import { limits as procedureLimits } from '../procedure/procedure.inputs.js'
import { EXTENSIONS_MAX } from '../sample/sample.js'
import { AttributeCount } from './attribute-count.js'
import { ReportedExtension } from './reported-extension.js'

/** How many people may have written one: each of them is kept from confirming it. */
export const AUTHORS_MAX = 30

/** How many missing occurrences one reports: those of a year of days. */
export const OCCURRENCES_MAX = 400

@Entity('exception')
@ObjectType({
  implements: Node,
  description:
    'A matter to be reported in Section IV: deviations of a control, a design deficiency, a description misstatement, or a scope limitation. The client sees it once it is communicated.',
})
export class Exception extends ClientRow {
  static readonly typeName = 'Exception'
  static override readonly paper: Paper<Exception> = { faultOf: exceptionAsPaper }
  static override readonly heavy: readonly Heavy<Exception>[] = [
    'expectedOperation',
    'condition',
    'potentialImpact',
    'causeNote',
    'evidenceNote',
    'failurePeriodBasis',
    'sectionFourText',
  ]

  static override readonly bounds = { engagementId: 500, controlId: 100 }

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Its number in the engagement; the first is 1.' })
  number: number

  @Column({ type: 'uuid', nullable: true })
  controlId: string | null

  @Column({ type: 'uuid', nullable: true })
  procedureId: string | null

  @Column({ type: 'text' })
  @Field(() => ExceptionKind, { description: 'What kind of matter it is.' })
  kind: words.ExceptionKind

  @Column({ type: 'text' })
  @Field(() => ExceptionCategory, { description: 'What sort of failure it was.' })
  category: words.ExceptionCategory

  @Column({ type: 'text' })
  @Field(() => Cause, { description: 'Why it happened, as far as the auditor knows.' })
  cause: words.Cause

  @Column({ type: 'text' })
  @Field(() => ExceptionState, {
    description: 'Where it stands. To the client a concluded one is still communicated: conclusions are the auditor’s.',
  })
  state: words.ExceptionState

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The matter in a few words.' })
  title: string

  @Column({ type: 'text', array: true })
  @Field(
    () => [String],
    atMost(100, 'The criteria it concerns, by code: trust services criteria, or DC1 to DC9 for the description.'),
  )
  criteriaCodes: string[]

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'The reference of the control, as it was when this was raised.' })
  controlRef: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'How the control was to operate, or what was to be.' })
  expectedOperation?: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What went wrong: the condition, as Section IV states it.' })
  condition?: string

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'How many items were tested; null where no sample was.' })
  testedCount: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'How many of them deviated; null where no sample was tested.' })
  deviationCount: number | null

  @Column({ type: 'text', array: true })
  @Field(() => [String], atMost(SAMPLE_MAX, 'The items that deviated, by their keys, in the order of drawing.'))
  deviatingItems: string[]

  @Column({ type: 'text', array: true })
  @Field(
    () => [Day],
    atMost(SAMPLE_MAX, 'The days of the items that deviated, each once, as far as the population has them.'),
  )
  deviatedOn: string[]

  @Column({ type: 'jsonb' })
  @Field(
    () => [AttributeCount],
    atMost(
      procedureLimits.attributes,
      'For each attribute that the reported items lack: how many items were tested for it, and how many of them lack it. An item that lacks two counts under both.',
    ),
  )
  attributeCounts: AttributeCount[]

  @Column({ type: 'jsonb' })
  @Field(
    () => [ReportedExtension],
    atMost(
      EXTENSIONS_MAX,
      'By what the sample was extended in which the deviations were found, as Section IV may tell.',
    ),
  )
  sampleExtensions: ReportedExtension[]

  @Column({ type: 'text', array: true })
  @Field(
    () => [String],
    atMost(OCCURRENCES_MAX, 'The cycles whose missing occurrences it reports, in order, e.g. `2025-Q3`.'),
  )
  occurrenceLabels: string[]

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'Of how many expected occurrences those are missing; null where it reports none.',
  })
  expectedOccurrences: number | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The first day of the failure, where the auditor established it; never derived from the items.',
  })
  failedFrom: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The last day of the failure, where the auditor established it; never derived from the items.',
  })
  failedTo: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'How the period of failure was established, for the working papers; never shown to the client.',
  })
  failurePeriodBasis?: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What could come of it.' })
  potentialImpact?: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'More on why it happened.' })
  causeNote?: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The evidence, for the working papers; never shown to the client.',
  })
  evidenceNote?: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The wording of Section IV.' })
  sectionFourText?: string

  /** Who raised it, then all who changed the draft, each once. */
  @Column({ type: 'uuid', array: true })
  authorIds: string[]

  @Column({ type: 'uuid', nullable: true })
  confirmedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was confirmed.' })
  confirmedAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  communicatedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was communicated to the client.' })
  communicatedAt: Date | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The day by which the client is to answer.' })
  responseDueOn: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What was noted when no answer had come in time.' })
  overdueNote: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When its materiality was decided and approved.' })
  concludedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why it was withdrawn; the client reads it, where the exception was communicated.',
  })
  withdrawnReason: string | null

  @Column({ type: 'uuid', nullable: true })
  withdrawnBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was withdrawn. Its figures stay as they were then.' })
  withdrawnAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  correctedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When the auditor saw the description corrected, the last time; of a misstatement alone.',
  })
  correctedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What the description says now in place of the misstatement.' })
  correctionNote: string | null

  @Column({ type: 'uuid', nullable: true })
  correctedSectionId: string | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'The version of that section in which the auditor saw it; null where papers alone show it.',
  })
  correctedSectionVersion: number | null

  /** The papers that show that it was corrected. */
  @Column({ type: 'uuid', array: true })
  correctionRestsOnIds: string[]

  /** The papers that the reason for withdrawing it rests on. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]
}
