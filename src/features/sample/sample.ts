import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Paper, type Violations } from '../../kernel/store/row.js'
import type { ReportedExtension } from '../../rules/deviations.js'
import type { Stage } from '../../rules/stages.js'
import type * as words from '../../rules/vocabulary.js'
import { RiskLevel, SampleBasis, SelectionMethod } from '../enums.js'

/** How a sample came to be, beyond its columns. */
export interface SampleParameters {
  /** How many items were drawn at first, and by each extension and replacement since. */
  draws: number[]
  /** STRATIFIED: the column that names an item's stratum. */
  stratumColumn: string | null
  /** By what it may be extended, fixed before it was drawn. */
  stages: Stage[]
  extensions: ExtensionRecord[]
}

/** One extension, and what was found before it. */
export interface ExtensionRecord {
  kind: words.ExtensionKind
  additionalCount: number
  /** Null where it was planned. */
  reason: string | null
  restsOnIds: string[]
  memberId: string
  at: string
  sizeBefore: number
  testedCountBefore: number
  deviationCountBefore: number
}

/** How often a sample may be extended. */
export const EXTENSIONS_MAX = 50

export const parametersOf = (sample: Pick<Sample, 'parameters'>): SampleParameters => JSON.parse(sample.parameters)

/** The extensions of a sample by its parameters, as an exception and the report tell them. */
export const extensionsIn = (parameters: string): ReportedExtension[] =>
  parametersOf({ parameters }).extensions.map(
    ({ kind, additionalCount, sizeBefore, testedCountBefore, deviationCountBefore }) => ({
      kind,
      sizeBefore,
      sizeAfter: sizeBefore + additionalCount,
      testedCountBefore,
      deviationCountBefore,
    }),
  )

@Entity('sample')
@ObjectType({
  implements: Node,
  description: 'The items of a frozen population that a procedure tests, with all that is needed to draw them again.',
})
export class Sample extends EngagementRow {
  static readonly typeName = 'Sample'
  static override readonly paper: Paper = { faultOf: () => null }
  static override readonly derived = ['contentMark']
  static override readonly violations: Violations = {
    sample_once_per_procedure: ['The procedure has a sample already: extend it.', 'procedureId'],
  }

  @Column({ type: 'uuid' })
  procedureId: string

  /** Set by each act that writes its items or their results (`Row.marks`); null where none did since marks are kept. */
  @Column({ type: 'uuid', nullable: true })
  contentMark: string | null

  @Column({ type: 'uuid' })
  populationId: string

  @Column({ type: 'text' })
  @Field(() => SampleBasis, { description: 'How the size was determined.' })
  basis: words.SampleBasis

  @Column({ type: 'text' })
  @Field(() => SelectionMethod, { description: 'How the items were selected.' })
  method: words.SelectionMethod

  @Column({ type: 'text', nullable: true })
  @Field(() => RiskLevel, { nullable: true, description: 'The risk of the control that set the size in the table.' })
  risk: words.RiskLevel | null

  /** At which it is evaluated, in basis points; for a statistical sample also what its size was computed from. */
  @Column({ type: 'integer' })
  confidenceBp: number

  @Column({ type: 'integer' })
  tolerableRateBp: number

  @Column({ type: 'integer', nullable: true })
  expectedRateBp: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'The size computed from the basis; null for a size by judgment.' })
  recommendedSize: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description:
      'FREQUENCY_TABLE: how many items the table asked for over all populations of the control, as they were at the draw. Fewer tested in all give no verdict.',
  })
  wholeSize: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'How many deviations its basis accepts; null where it says nothing of it. Accepted ones are reported.',
  })
  acceptedDeviationCount: number | null

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many items were to be tested, extensions included; replacements add none.' })
  size: number

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why this size, where it is not the one computed.' })
  sizeReason: string | null

  /** FREQUENCY_TABLE: the table that gave the size. */
  @Column({ type: 'uuid', nullable: true })
  samplingTableId: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The name of the algorithm that selected the items.' })
  algorithm: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'The version of that algorithm.' })
  algorithmVersion: number

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The seed of the draw, which is that of the population; null where nothing was left to chance.',
  })
  seed: string | null

  /** What else the draw follows from, as JSON: see SampleParameters. */
  @Column({ type: 'text' })
  parameters: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The digest of the population when the sample was drawn.' })
  populationDigest: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many items the population has.' })
  populationSize: number

  @Column({ type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether results can be carried over to the population by probability.' })
  isStatistical: boolean

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many items were drawn, replacements included.' })
  itemCount: number

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many items have all their results; replaced items do not count.' })
  testedCount: number

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description: 'How many items deviate; those explained with the reviewer’s approval do not count.',
  })
  deviationCount: number

  @Column({ type: 'integer' })
  noDeviationCount: number

  /** Of the deviating ones, those of which evidence was missing. */
  @Column({ type: 'integer' })
  unableToTestCount: number

  @Column({ type: 'integer' })
  notApplicableCount: number
}
