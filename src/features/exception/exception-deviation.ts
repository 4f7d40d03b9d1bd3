import { Column, Entity } from 'typeorm'
import { EngagementRow } from '../../kernel/store/row.js'

/** That an exception reports a deviation. Stays when the exception is withdrawn: the deviation is then to be accounted for again. */
@Entity('exception_deviation')
export class ExceptionDeviation extends EngagementRow {
  static readonly typeName = 'ExceptionDeviation'

  @Column({ type: 'uuid' })
  exceptionId: string

  @Column({ type: 'uuid' })
  resultId: string
}
