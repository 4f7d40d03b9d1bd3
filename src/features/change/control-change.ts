import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Heavy } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ControlPart } from '../enums.js'

@Entity('control_change')
@ObjectType({
  implements: Node,
  description:
    'What the engagement partner changed about a control after its testing had begun, why, and what had been found until then. It is never changed.',
})
export class ControlChange extends EngagementRow {
  static readonly typeName = 'ControlChange'
  static override readonly heavy: readonly Heavy<ControlChange>[] = ['saidBefore', 'saidAfter']
  static override readonly bounds = { controlId: 200 }

  @Column({ type: 'uuid' })
  controlId: string

  @Column({ type: 'text' })
  @Field(() => ControlPart, { description: 'What of the control was changed.' })
  part: words.ControlPart

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What it said before.' })
  saidBefore?: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What it said from then on.' })
  saidAfter?: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why, in the words of the engagement partner.' })
  reason: string

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many items had been tested until then, over all samples of the control.' })
  testedCount: number

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many of them deviated.' })
  deviationCount: number

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description:
      'How many deviated as they looked at first, before any was explained or said to be outside the control.',
  })
  asFoundDeviationCount: number

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many exceptions had been raised on it, withdrawn ones among them.' })
  exceptionCount: number
}
