import { Field, ID, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import type { Actor } from '../../kernel/access/actor.js'
import { Node } from '../../kernel/schema/node.js'
import { ClientRow } from '../../kernel/store/row.js'

@Entity('opening')
@ObjectType({
  implements: Node,
  description:
    'That a member opened a paper as it was then, or was given a file. Written once; it is no act on the paper, and stands beside the trail.',
})
export class Opening extends ClientRow {
  static readonly typeName = 'Opening'
  /** Its statement stands beside the evidence, whose downloads are openings too (evidence/opening.queries.ts). */
  static override readonly inTrail = 'NOTHING'

  @Column({ type: 'boolean' })
  isOfClient: boolean

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The type of the paper, as the schema names it.' })
  nodeType: string

  @Column({ type: 'uuid' })
  @Field(() => ID, { description: 'The id of the paper, for `node`.' })
  nodeId: string

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'The digest of what the paper said when it was opened, 64 hexadecimal digits.',
  })
  contentDigest: string

  /** Which working papers the auditors opened, and when, is none of the client's business. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    return actor.clientId ? [{ clientId: actor.clientId, isOfClient: true }] : ClientRow.wall(actor)
  }
}
