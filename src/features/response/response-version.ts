import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { ClientRow } from '../../data/row.js'
import { Node } from '../../graph/node.js'
import { ResponseContent } from './response-content.js'

@Entity('response_version')
@ObjectType({ implements: Node, description: 'What management submitted, once: it never changes.' })
export class ResponseVersion extends ClientRow {
  static override readonly bounds = { responseId: 100 }

  @Column({ type: 'uuid' })
  responseId: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Counts the submissions of one response; the first is 1.' })
  number: number

  @Column({ type: 'jsonb' })
  @Field(() => ResponseContent, { description: 'What was submitted.' })
  content: ResponseContent

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'SHA-256, in hex, over the content as JSON in UTF-8: keys sorted, no white space.',
  })
  sha256: string

  @Column({ type: 'uuid' })
  submittedBy: string
}
