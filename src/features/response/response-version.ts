import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { assertDigest, sha256Of } from '../../kernel/schema/digest.js'
import { Node } from '../../kernel/schema/node.js'
import { ClientRow, type Heavy, type Whole } from '../../kernel/store/row.js'
import { canonicalJson } from '../../rules/canonical.js'
import { ResponseContent } from './response-content.js'

@Entity('response_version')
@ObjectType({ implements: Node, description: 'What management submitted, once: it never changes.' })
export class ResponseVersion extends ClientRow {
  static readonly typeName = 'ResponseVersion'
  static override readonly heavy: readonly Heavy<ResponseVersion>[] = ['content']

  static override readonly bounds = { responseId: 100 }

  @Column({ type: 'uuid' })
  responseId: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Counts the submissions of one response; the first is 1.' })
  number: number

  /** What was stored as it; shown and used through `verifiedContent` alone. */
  @Column({ type: 'jsonb' })
  content?: ResponseContent

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'SHA-256, in hex, over the content as JSON in UTF-8: keys sorted, no white space.',
  })
  sha256: string

  @Column({ type: 'uuid' })
  submittedBy: string
}

/** The form of a response's content that its digest is over. */
export const digestOfContent = (content: object): string => sha256Of(canonicalJson(content))

/** What management submitted. @throws Fault DIGEST_MISMATCH when it is not what is stored */
export function verifiedContent(version: Whole<ResponseVersion>): ResponseContent {
  assertDigest(version, canonicalJson(version.content))
  return version.content
}
