import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { RegisterConclusion } from '../enums.js'

const meanwhile = 'Another evaluation of the entry was made at the same moment.'

@Entity('register_evaluation')
@ObjectType({
  implements: Node,
  description:
    'What an entry of a client’s register comes to in an engagement, as its manager or partner evaluated it last: of the entry as it was then.',
})
export class RegisterEvaluation extends EngagementRow {
  static readonly typeName = 'RegisterEvaluation'
  static override readonly violations: Violations = {
    register_evaluation_of_incident: [meanwhile, 'incidentId'],
    register_evaluation_of_change: [meanwhile, 'systemChangeId'],
  }
  static override readonly bounds = { engagementId: 1_000, incidentId: 20, systemChangeId: 20 }

  @Column({ type: 'uuid', nullable: true })
  incidentId: string | null

  @Column({ type: 'uuid', nullable: true })
  systemChangeId: string | null

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'The version of the entry that was evaluated.' })
  entryVersion: number

  /** What the client said of the entry then: a judgment on it stays what it was. */
  @Column({ type: 'text' })
  entryTitle: string

  @Column({ type: 'boolean', nullable: true })
  hasControlFailed: boolean | null

  @Column({ type: 'text', array: true })
  touchedCommitments: string[]

  @Column({ type: 'text' })
  @Field(() => RegisterConclusion, { description: 'What the entry comes to in the engagement.' })
  conclusion: words.RegisterConclusion

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why it comes to that.' })
  reason: string

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  /** The section of the description that tells of it, and its version when it was read. */
  @Column({ type: 'uuid', nullable: true })
  sectionId: string | null

  @Column({ type: 'integer', nullable: true })
  sectionVersion: number | null

  @Column({ type: 'uuid', nullable: true })
  exceptionId: string | null

  @Column({ type: 'uuid', nullable: true })
  procedureId: string | null

  @Column({ type: 'uuid' })
  evaluatedBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When it was evaluated last.' })
  evaluatedAt: Date
}
