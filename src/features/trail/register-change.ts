import { Field, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { PROPERTIES_MAX, TrailField } from './trail-entry.js'

/** So many of the last changes of an entry are told. */
export const REGISTER_CHANGES_MAX = 20

@ObjectType({
  description:
    'What the client changed of an entry of its register once it had shared it, as it stands in the trail: what it said before is not lost.',
})
export class RegisterChange {
  @Field(() => Moment, { name: 'recordedAt', description: 'When it was changed, by the database’s clock.' })
  at: Date

  @Field(() => String, { description: 'Who of the client changed it, by the name they had then.' })
  actorName: string

  @Field(() => [TrailField], atMost(PROPERTIES_MAX, 'What became different, property by property.'))
  fields: TrailField[]
}
