import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Paper } from '../../kernel/store/row.js'
import { populationAsPaper } from '../../rules/papers.js'
import type * as words from '../../rules/vocabulary.js'
import { PopulationState } from '../enums.js'
import { intakeLimits } from './intake.js'

@Entity('population')
@ObjectType({
  implements: Node,
  description: 'The items a control acted on in the period, and where the list of them comes from.',
})
export class Population extends EngagementRow {
  static readonly typeName = 'Population'
  static override readonly paper: Paper<Population> = { faultOf: populationAsPaper }

  @Column({ type: 'uuid' })
  controlId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the items are, e.g. `Changes merged to production in 2025`.' })
  title: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The system the list was taken from.' })
  sourceSystem: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The report or query that produced the list.' })
  query: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The parameters and filters it ran with.' })
  parameters: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When the list was extracted.' })
  extractedAt: Date

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Who extracted the list from the system.' })
  extractedBy: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'How it was checked that nothing is missing from the list.' })
  completenessCheck: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'How it was checked that what is listed is right.' })
  accuracyCheck: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'For an empty list: how it was checked that nothing occurred.' })
  absenceCheck: string | null

  @Column({ type: 'text' })
  @Field(() => PopulationState, { description: 'Whether the population is fixed.' })
  state: words.PopulationState

  /** The import whose items are the population's; those of earlier imports stay in the table and belong to no population. */
  @Column({ type: 'uuid', nullable: true })
  importId: string | null

  /** The import that was begun last, and whether it is under way. */
  @Column({ type: 'uuid', nullable: true })
  latestImportId: string | null

  @Column({ type: 'boolean' })
  isImporting: boolean

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The first day of the period the items were taken for: the engagement’s at import.',
  })
  periodStart: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The last day of that period.' })
  periodEnd: string | null

  @Column({ type: 'uuid', nullable: true })
  evidenceId: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'The column whose key distinguishes one item from another.' })
  keyColumn: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'The column that says when the control acted on the item.' })
  dateColumn: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Of a periodic control: the column that says which of its cycles an item covers. Null where none does.',
  })
  coversColumn: string | null

  @Column({ type: 'text', array: true, nullable: true })
  @Field(() => [String], {
    nullable: true,
    ...atMost(
      intakeLimits.columns,
      'The names of the columns, in the order of the file: one without a name, or of a name that others have, with its letter.',
    ),
  })
  columns: string[] | null

  /** How the list was read from its file, as JSON: see ListReading. */
  @Column({ type: 'text', nullable: true })
  listReading: string | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'How many items there are, those excluded not among them once it is frozen; null before an import.',
  })
  itemCount: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description:
      'How many items of the file are dated after the day of extraction: they were set aside, since the list cannot have held them. Null before an import.',
  })
  setAsideCount: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description:
      'How many items of the file lie outside what is covered, and were left out by choice. Null before an import.',
  })
  leftOutCount: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'How many items approved exclusions took out, each counted once. Null until it is frozen.',
  })
  excludedCount: number | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'SHA-256 over the items in order, fixed by freezing. A line per item, each ended by a line feed: JSON `[key, date, [cells]]`.',
  })
  digest: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'What a person added to the seed before the items came, so that not the service alone settles it. Null where no one did, as is usual.',
  })
  seedContribution: string | null

  @Column({ type: 'uuid', nullable: true })
  seedContributedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When that was added.' })
  seedContributedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The 32 bytes that the service drew at random for the seed when the population was frozen, as hex.',
  })
  seedRandom: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'The seed of every sample of this population, settled once: SHA-256 of the random bytes, the byte 0x1F and what a person added, as hex. That of the population it supersedes where it does. Null until it is frozen.',
  })
  seed: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of the seed, as hex: what can be told before the seed itself. Null until it is frozen.',
  })
  seedHash: string | null

  @Column({ type: 'uuid', nullable: true })
  supersedesId: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why it takes the place of another population of the same control and time; null where it takes none.',
  })
  supersedesReason: string | null

  @Column({ type: 'uuid', array: true })
  supersedesRestsOnIds: string[]

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The first day it is to cover. Null in a draft where it is the first of the engagement’s period.',
  })
  coversFrom: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The last day it is to cover. Null in a draft where it is the last of the engagement’s period.',
  })
  coversTo: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description:
      'The last day it does cover: that of the extraction, at the client, where it comes before `coversTo`. Null until it is frozen.',
  })
  coveredUntilOn: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description:
      'When its list was disposed of, the firm’s retention having ended: items that no sample drew are there no more, nor is the file; count, digest and seed stay. Null before.',
  })
  itemsDisposedAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  frozenBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When the population was fixed.' })
  frozenAt: Date | null
}
