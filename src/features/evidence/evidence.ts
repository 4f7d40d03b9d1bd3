import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import type { Actor } from '../../kernel/access/actor.js'
import { Node } from '../../kernel/schema/node.js'
import { ByteCount, Day, Moment } from '../../kernel/schema/scalars.js'
import { ClientRow, type Paper } from '../../kernel/store/row.js'
import { evidenceAsPaper } from '../../rules/papers.js'
import type * as words from '../../rules/vocabulary.js'
import { EvidenceOrigin, EvidenceState } from '../enums.js'

/** One bringing of a file. Its bytes are a stored file, which several rows may name: who brings it again learns nothing of that. */
@Entity('evidence')
@ObjectType({
  implements: Node,
  description:
    'A file on which a figure, a document or an answer rests: who brought it, where it comes from, and its digest. It is never changed; a newer one supersedes it.',
})
export class Evidence extends ClientRow {
  static readonly typeName = 'Evidence'
  static override readonly paper: Paper<Evidence> = {
    faultOf: evidenceAsPaper,
    isRemovable: true,
    superseded: {
      by: (papers) => ({ supersedesId: papers.map(({ id }) => id), state: 'AVAILABLE' }),
      isNewer: (newer, { id }) => newer.supersedesId === id,
    },
  }

  @Column({ type: 'uuid' })
  storedFileId: string

  @Column({ type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether people of the client brought it, rather than the audit firm.' })
  isOfClient: boolean

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The name of the file, as who brought it calls it.' })
  fileName: string

  @Column({ type: 'bigint' })
  @Field(() => ByteCount, { description: 'How many bytes the file has.' })
  byteCount: number

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'The media type, found out from the content and held against the name, e.g. `application/pdf`.',
  })
  mediaType: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'SHA-256 of the file as it was brought, 64 hexadecimal digits.' })
  sha256: string

  @Column({ type: 'text' })
  @Field(() => EvidenceOrigin, { description: 'How it was obtained, as who brought it says: how reliable it is.' })
  origin: words.EvidenceOrigin

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The system, person or organization that it comes from.' })
  source: string

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The first day that it covers; null where that is not stated.' })
  coversFrom: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The last day that it covers; null where that is not stated.' })
  coversTo: string | null

  @Column({ type: 'uuid', nullable: true })
  supersedesId: string | null

  @Column({ type: 'text' })
  @Field(() => EvidenceState, { description: 'Whether the file can be read and relied on.' })
  state: words.EvidenceState

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why the file was removed; null while it is there.' })
  removedReason: string | null

  @Column({ type: 'uuid', nullable: true })
  removedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When the file was removed; null while it is there.' })
  removedAt: Date | null

  /** People of a client see what the client brought; what the auditor brought are working papers. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    return actor.clientId ? [{ clientId: actor.clientId, isOfClient: true }] : ClientRow.wall(actor)
  }
}
