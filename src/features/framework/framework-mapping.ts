import { Column, Entity } from 'typeorm'
import { EngagementRow } from '../../kernel/store/row.js'

/** That a control helps to meet a criterion of a further framework. Read as `Control.furtherCriteria`. */
@Entity('framework_mapping')
export class FrameworkMapping extends EngagementRow {
  static readonly typeName = 'FrameworkMapping'
  static override readonly bounds = { frameworkId: 10_000, controlId: 1_000 }

  @Column({ type: 'uuid' })
  frameworkId: string

  @Column({ type: 'uuid' })
  criteriaSetId: string

  @Column({ type: 'uuid' })
  controlId: string

  @Column({ type: 'text' })
  criterionCode: string
}
