import { Column, Entity } from 'typeorm'
import { EngagementRow } from '../../kernel/store/row.js'

/** That a control helps to meet a criterion. Read as `Control.criteria`. */
@Entity('control_criterion')
export class ControlCriterion extends EngagementRow {
  static readonly typeName = 'ControlCriterion'

  @Column({ type: 'uuid' })
  controlId: string

  @Column({ type: 'text' })
  criterionCode: string
}
