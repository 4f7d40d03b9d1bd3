import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Heavy, type Paper } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { EngagementDocumentKind } from '../enums.js'

/** An engagement letter names so many people who may sign for management. */
export const SIGNATORIES_MAX = 10

@Entity('engagement_document')
@ObjectType({
  implements: Node,
  description:
    'A document the file must hold, recorded once and never changed. Of several of a kind, of the client or of one subservice organization, the one recorded last counts.',
})
export class EngagementDocument extends EngagementRow {
  static readonly typeName = 'EngagementDocument'
  static override readonly paper: Paper<EngagementDocument> = {
    faultOf: () => null,
    superseded: {
      by: ([first]) => ({ engagementId: first?.engagementId ?? [] }),
      isNewer: (newer, paper) =>
        newer.kind === paper.kind &&
        newer.subserviceOrganizationId === paper.subserviceOrganizationId &&
        newer.number > paper.number,
    },
  }
  static override readonly heavy: readonly Heavy<EngagementDocument>[] = ['assertionText']
  static override readonly bounds = { engagementId: 200 }

  /** Which of the engagement’s documents it is, in the order of recording: the first is 1. */
  @Column({ type: 'integer' })
  number: number

  @Column({ type: 'text' })
  @Field(() => EngagementDocumentKind, { description: 'What document it is.' })
  kind: words.EngagementDocumentKind

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The date the document bears.' })
  datedOn: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Who gave it to the auditor.' })
  obtainedFrom: string

  @Column({ type: 'uuid', nullable: true })
  subserviceOrganizationId: string | null

  @Column({ type: 'text', array: true })
  @Field(
    () => [String],
    atMost(SIGNATORIES_MAX, 'Of an engagement letter: who may sign for management; empty where it names none.'),
  )
  signatories: string[]

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Of the assertion of an included subservice organization: as its management wrote it, which Section II prints; null of all else.',
  })
  assertionText?: string | null

  @Column({ type: 'uuid' })
  evidenceId: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'A note by the auditor.' })
  note: string | null
}
