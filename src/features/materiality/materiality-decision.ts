import { ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import type { Violations } from '../../kernel/store/row.js'
import { WeighedDecision } from './weighed-decision.js'

@Entity('materiality_decision')
@ObjectType({
  implements: Node,
  description:
    'Whether an exception would influence the judgment of intended users: a recorded human judgment, made by one person and approved by another. Management’s response has no part in it.',
})
export class MaterialityDecision extends WeighedDecision {
  static readonly typeName = 'MaterialityDecision'
  static override readonly violations: Violations = {
    materiality_once_per_exception: ['The materiality of this exception was decided already.', 'exceptionId'],
  }

  @Column({ type: 'uuid' })
  exceptionId: string

  /** Other controls that cover the same risk: weighed only where tested and found effective. */
  @Column({ type: 'uuid', array: true })
  compensatingControlIds: string[]
}
