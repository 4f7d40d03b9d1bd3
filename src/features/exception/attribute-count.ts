import { Field, Int, ObjectType } from 'type-graphql'

@ObjectType({ description: 'What one attribute showed of the items that an exception reports, in numbers.' })
export class AttributeCount {
  @Field(() => String, { description: 'The letter of the attribute.' })
  letter: string

  @Field(() => String, { description: 'What must be true of an item, as it was when the figures were counted.' })
  text: string

  @Field(() => Int, { description: 'How many items were tested for it.' })
  testedCount: number

  @Field(() => Int, { description: 'How many of them lack it, and are reported here.' })
  deviationCount: number
}
