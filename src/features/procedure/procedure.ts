import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Heavy, type Paper, type Violations } from '../../kernel/store/row.js'
import { procedureAsPaper } from '../../rules/papers.js'
import type * as words from '../../rules/vocabulary.js'
import { ProcedureAspect, ProcedureMethod, ProcedureOutcome, ProcedureState } from '../enums.js'

@Entity('procedure')
@ObjectType({ implements: Node, description: 'A test of one control: what is done to see whether it works.' })
export class Procedure extends EngagementRow {
  static readonly typeName = 'Procedure'
  static override readonly paper: Paper<Procedure> = { faultOf: procedureAsPaper }
  static override readonly heavy: readonly Heavy<Procedure>[] = ['steps']

  static override readonly violations: Violations = {
    procedure_ref_unique: ['The engagement has a procedure of this reference already.', 'ref'],
  }

  static override readonly bounds = { controlId: 40 }

  @Column({ type: 'uuid' })
  controlId: string

  /** The test of the firm's library that it was taken from; null where the engagement planned it. */
  @Column({ type: 'uuid', nullable: true })
  libraryProcedureId: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The reference, unique in the engagement, e.g. `AC-01.T1`.' })
  ref: string

  @Column({ type: 'text', array: true })
  @Field(() => [ProcedureMethod], atMost(4, 'The nature of the test: what is done, each method once.'))
  methods: words.ProcedureMethod[]

  @Column({ type: 'text', array: true })
  @Field(() => [ProcedureAspect], atMost(3, 'What is tested: design, that it is in place, operation; each once.'))
  aspects: words.ProcedureAspect[]

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the test is to find out.' })
  objective: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What is done, step by step.' })
  steps?: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Where the working paper lies.' })
  workpaperRef: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description:
      'For an update procedure: the first day of the control’s time that it covers in place of a population. Null for all others.',
  })
  coversFrom: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'For an update procedure: the last day that it covers.' })
  coversTo: string | null

  @Column({ type: 'uuid', nullable: true })
  assigneeId: string | null

  @Column({ type: 'text' })
  @Field(() => ProcedureState, { description: 'Where the procedure stands.' })
  state: words.ProcedureState

  @Column({ type: 'text', nullable: true })
  @Field(() => ProcedureOutcome, { nullable: true, description: 'What it led to; null until it was prepared.' })
  outcome: words.ProcedureOutcome | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What was done and found, in words.' })
  outcomeNote: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Whom the auditor asked, by their roles (inquiry).' })
  personsAsked: string | null

  /** Whose signature as preparer is in force. */
  @Column({ type: 'uuid', nullable: true })
  preparedBy: string | null
}
