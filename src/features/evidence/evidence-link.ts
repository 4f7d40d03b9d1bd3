import { ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import type { Actor } from '../../kernel/access/actor.js'
import { Node } from '../../kernel/schema/node.js'
import { ClientRow, type Violations } from '../../kernel/store/row.js'
import { evidenceMax } from '../../rules/evidence-links.js'
import type * as words from '../../rules/vocabulary.js'

@Entity('evidence_link')
@ObjectType({
  implements: Node,
  description:
    'That a piece of evidence supports a procedure, a result, a population, an exception or a response. It is made or taken back, never changed.',
})
export class EvidenceLink extends ClientRow {
  static readonly typeName = 'EvidenceLink'
  static override readonly bounds = { nodeId: evidenceMax }
  static override readonly marks = { table: 'sample', column: 'content_mark', by: 'sampleId' }
  static override readonly violations: Violations = {
    evidence_linked_once: ['It is linked there already.', 'evidenceId'],
  }

  @Column({ type: 'uuid' })
  evidenceId: string

  @Column({ type: 'text' })
  nodeType: words.SupportedNode

  @Column({ type: 'uuid' })
  nodeId: string

  /** Of a result: its sample, whose content the link is part of. */
  @Column({ type: 'uuid', nullable: true })
  sampleId: string | null

  /** People of a client see what they linked to their responses; what the auditor links are working papers. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    return actor.clientId ? [{ clientId: actor.clientId, nodeType: 'ManagementResponse' }] : ClientRow.wall(actor)
  }
}
