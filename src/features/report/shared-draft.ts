import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import type { Actor } from '../../kernel/access/actor.js'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { ClientRow, type Heavy, type Violations } from '../../kernel/store/row.js'

/** A misstatement of the description that management had not corrected when the draft was shared. */
@ObjectType({
  description:
    'A misstatement of the description that management had not corrected when the draft was shared: the representation letter lists it.',
})
export class SharedMisstatement {
  @Field(() => Int, { description: 'The number of the exception in the engagement.' })
  number: number

  @Field(() => String, { description: 'The misstatement in a few words.' })
  title: string

  @Field(() => String, { description: 'What the description says wrongly, or leaves out.' })
  condition: string

  @Field(() => String, { description: 'The wording of Section IV, as the draft has it.' })
  wording: string
}

@Entity('shared_draft')
@ObjectType({
  implements: Node,
  description:
    'A marked draft of Sections I to IV that the engagement partner shared with the client’s administrators, so that management’s assertion can conform to it. One stands at a time; to the client one that was withdrawn is not there.',
})
export class SharedDraft extends ClientRow {
  static readonly typeName = 'SharedDraft'
  static override readonly heavy: readonly Heavy<SharedDraft>[] = ['model', 'misstatements']
  static override readonly bounds = { engagementId: 50 }
  static override readonly violations: Violations = {
    shared_draft_one_stands: ['Another draft was shared at the same time.', 'engagementId'],
  }

  /** The digest stands for it; the misstatements stand in the trail as exceptions. */
  static override readonly redactedInTrail = ['model', 'misstatements']

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Counts the drafts shared of the engagement; the first is 1.' })
  number: number

  /** What was stored as it; shown and used through `verifiedModel` alone. */
  @Column({ type: 'text' })
  model?: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'SHA-256 of the model in UTF-8, 64 hexadecimal digits.' })
  sha256: string

  @Column({ type: 'jsonb' })
  misstatements?: SharedMisstatement[]

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was withdrawn; null while it stands.' })
  withdrawnAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  withdrawnBy: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was withdrawn; null while it stands.' })
  withdrawnReason: string | null

  /** Of the client its administrators alone, who sign for management; row-level security keeps what was withdrawn from them. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    if (actor.clientRole && actor.clientRole !== 'CLIENT_ADMIN') return []
    return ClientRow.wall(actor)
  }
}
