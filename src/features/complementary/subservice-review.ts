import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Heavy } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { OpinionType, SubserviceReportKind } from '../enums.js'

/** How many controls a report of another organization expects of its user entities, at most. */
export const USER_CONTROLS_MAX = 50

@ObjectType({
  description:
    'A control that the report of a subservice organization expects of its user entities, of which the client is one.',
})
export class UserControlAnswered {
  @Field(() => String, { description: 'What that report expects, in its words or shorter.' })
  text: string

  /** The controls of the client that answer it. */
  controlIds: string[]
}

@Entity('subservice_review')
@ObjectType({
  implements: Node,
  description:
    'What the auditor made of the report of a subservice organization, or why there is none. Written once: of several the last one counts.',
})
export class SubserviceReview extends EngagementRow {
  static readonly typeName = 'SubserviceReview'
  static override readonly bounds = { subserviceOrganizationId: 20 }
  static override readonly heavy: readonly Heavy<SubserviceReview>[] = ['exceptionsNoted', 'evaluation', 'userControls']

  @Column({ type: 'uuid' })
  subserviceOrganizationId: string

  @Column({ type: 'text' })
  @Field(() => SubserviceReportKind, { description: 'What report was reviewed, or that there is none.' })
  reportKind: words.SubserviceReportKind

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The first day of its period; null where it is as of a day.' })
  coversFrom: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The last day that it speaks of; null where there is none.' })
  coversTo: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => OpinionType, { nullable: true, description: 'The opinion of that report, where it has one.' })
  opinion: words.OpinionType | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'The exceptions of that report that bear on the client.' })
  exceptionsNoted?: string | null

  @Column({ type: 'jsonb' })
  @Field(
    () => [UserControlAnswered],
    atMost(USER_CONTROLS_MAX, 'What that report expects of its user entities, with what answers it at the client.'),
  )
  userControls?: UserControlAnswered[]

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'What the auditor concludes from it for this examination: gap, opinion, exceptions and user controls.',
  })
  evaluation?: string

  /** The papers that were reviewed, such as the report itself. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]
}
