import { Field, ID, Int, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Moment } from '../../kernel/schema/scalars.js'

/** More than any object has properties. */
export const PROPERTIES_MAX = 40

@ObjectType({ description: 'One property of an object before and after an act.' })
export class TrailField {
  @Field(() => String, { description: 'The name of the property.' })
  name: string

  @Field(() => String, { nullable: true, description: 'Its value before, as JSON; null when there was none.' })
  before: string | null

  @Field(() => String, { nullable: true, description: 'Its value after, as JSON; null when there is none.' })
  after: string | null
}

@ObjectType({ description: 'One object that an act made, changed or removed.' })
export class TrailChange {
  @Field(() => String, { description: 'The type of the object, as the schema names it.' })
  nodeType: string

  @Field(() => ID, { description: 'The id of the object, for `node`.' })
  nodeId: string

  @Field(() => [TrailField], atMost(PROPERTIES_MAX, 'What became different, property by property.'))
  fields: TrailField[]
}

@ObjectType({
  description:
    'One act, as it stands in the trail: who did what, when, and what changed. Written once, and never changed or removed.',
})
export class TrailEntry {
  @Field(() => Int, {
    description:
      'Its place in the chain, counted from 1. A chain has no gap; a list leaves out what its reader is not shown.',
  })
  position: number

  @Field(() => Moment, { name: 'recordedAt', description: 'When it was done, by the database’s clock.' })
  at: Date

  actorId: string | null

  @Field(() => String, { description: 'Who did it, by the name they had then.' })
  actorName: string

  @Field(() => String, {
    description:
      'What was done: the name of the mutation as it was then, or of what the service did by itself. No enum, for entries outlive the names of later versions.',
  })
  action: string

  @Field(() => String, { description: 'The type of the object it was done to.' })
  nodeType: string

  @Field(() => ID, { description: 'The object it was done to.' })
  nodeId: string

  /** As stored: JSON of a list of `Change`. */
  changes: string

  @Field(() => String, { description: 'The hash of the entry before it, 64 hexadecimal digits.' })
  previousHash: string

  @Field(() => String, {
    description: 'SHA-256 over the hash before it and the content of this entry, 64 hexadecimal digits.',
  })
  hash: string
}
