import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Paper } from '../../kernel/store/row.js'

@Entity('walkthrough')
@ObjectType({
  implements: Node,
  description:
    'One instance of a control followed from its beginning to its end with who performs it: it shows how the control is designed and that it is in place, never that it operated throughout a period. Signatures on its procedure cover it.',
})
export class Walkthrough extends EngagementRow {
  static readonly typeName = 'Walkthrough'
  static override readonly paper: Paper = { faultOf: () => null }
  static override readonly bounds = { procedureId: 20 }

  @Column({ type: 'uuid' })
  procedureId: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day on which the auditor walked through it.' })
  performedOn: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Who was asked, by name.' })
  personAsked: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'In which role that person has to do with the control.' })
  roleAsked: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What was traced: which change, which leaver, from where to where.' })
  traced: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the auditor saw of how the control is designed and put in place.' })
  seen: string

  /** Who of the auditors walked through it, or wrote it down last. */
  @Column({ type: 'uuid' })
  performedBy: string
}
