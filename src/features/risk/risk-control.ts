import { Column, Entity } from 'typeorm'
import { EngagementRow } from '../../kernel/store/row.js'

/** That a control answers a risk. Read as `Risk.controls` and `Control.risks`. */
@Entity('risk_control')
export class RiskControl extends EngagementRow {
  static readonly typeName = 'RiskControl'
  static override readonly bounds = { riskId: 100, controlId: 40 }

  @Column({ type: 'uuid' })
  riskId: string

  @Column({ type: 'uuid' })
  controlId: string
}
