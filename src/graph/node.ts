import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql'
import { Moment } from './scalars.js'

@ObjectType({ description: 'What the viewer may do to an object now and, if not, why.' })
export class Action {
  @Field(() => String, { description: 'The name of the mutation.' })
  name: string

  @Field(() => Boolean, { description: 'Whether the viewer may do it now.' })
  allowed: boolean

  @Field(() => String, { nullable: true, description: 'Why not.' })
  reason: string | null
}

@InterfaceType({
  description: 'An object with an id of its own.',
  resolveType: (row: object) => row.constructor.name,
})
export abstract class Node {
  @Field(() => ID, { description: 'The object’s id: opaque, the same for ever.' })
  id: string

  @Field(() => Int, { description: 'Counts the changes of the object; give it back as `expectedVersion`.' })
  version: number

  @Field(() => Moment, { description: 'When it was made.' })
  createdAt: Date
}
