import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { ClientRow } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ResponseReturnKind, ResponseVerdict } from '../enums.js'

@Entity('response_review')
@ObjectType({
  implements: Node,
  description:
    'What the auditor made of one submitted version: returned with a reason, or accepted. It never changes, and stays with the version.',
})
export class ResponseReview extends ClientRow {
  static readonly typeName = 'ResponseReview'

  @Column({ type: 'uuid' })
  responseVersionId: string

  @Column({ type: 'text' })
  @Field(() => ResponseVerdict, { description: 'Whether the version was returned or accepted.' })
  verdict: words.ResponseVerdict

  @Column({ type: 'text', nullable: true })
  @Field(() => ResponseReturnKind, {
    nullable: true,
    description: 'In what way it could not be accepted; null where it was accepted.',
  })
  returnKind: words.ResponseReturnKind | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was returned; null where it was accepted.' })
  reason: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The name of the auditor who returned or accepted it, as it was then.' })
  reviewerName: string

  @Column({ type: 'uuid' })
  reviewedBy: string
}
