import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { ClientRow } from '../../data/row.js'
import { DescriptionCriterion } from '../../graph/enums.js'
import { Node } from '../../graph/node.js'
import type * as words from '../../rules/vocabulary.js'

@Entity('description_section')
@ObjectType({
  implements: Node,
  description: 'What management writes about its system under one description criterion (Section III).',
})
export class DescriptionSection extends ClientRow {
  @Column({ type: 'text' })
  @Field(() => DescriptionCriterion, { description: 'The description criterion it answers.' })
  criterion: words.DescriptionCriterion

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Management’s words.' })
  text: string
}
