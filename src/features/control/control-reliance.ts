import { Column, Entity } from 'typeorm'
import { EngagementRow } from '../../kernel/store/row.js'

/** That a control works only as long as a general control does. Read as `Control.reliesOn`. */
@Entity('control_reliance')
export class ControlReliance extends EngagementRow {
  static readonly typeName = 'ControlReliance'
  static override readonly bounds = { controlId: 20 }

  @Column({ type: 'uuid' })
  controlId: string

  @Column({ type: 'uuid' })
  reliesOnId: string
}
