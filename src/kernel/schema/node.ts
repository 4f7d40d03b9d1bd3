import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql'
import type { Blocker as BlockerFact, RefusalCode } from '../../rules/refusal.js'
import { type Row, typeNameOf } from '../store/row.js'
import { atMost } from './bounded-list.js'
import { ErrorCode } from './enums.js'
import { MutationName } from './mutation-name.js'
import { Blocker } from './payload.js'
import { Moment } from './scalars.js'

/** So many of the things that must be done first are named with an act; the act itself names all. */
export const actionBlockersMax = 20

@ObjectType({ description: 'Why the viewer may not do an act now.' })
export class ActionReason {
  @Field(() => ErrorCode, { description: 'The reason, from the codes that acts are refused with, for programs.' })
  code: RefusalCode

  @Field(() => String, { description: 'One sentence for people.' })
  message: string
}

@ObjectType({ description: 'What the viewer may do to an object now and, if not, why.' })
export class Action {
  @Field(() => MutationName, { description: 'The name of the mutation by which it is done.' })
  name: string

  @Field(() => Boolean, { description: 'Whether the viewer may do it now.' })
  allowed: boolean

  @Field(() => ActionReason, { nullable: true, description: 'Why not; null where it is allowed.' })
  reason: ActionReason | null

  @Field(
    () => [Blocker],
    atMost(actionBlockersMax, 'What must be done first, where that is why: the first ones of a long list.'),
  )
  blockers: readonly BlockerFact[]

  @Field(() => Int, { description: 'How many things must be done first in all.' })
  blockerCount: number
}

@InterfaceType({
  description: 'An object with an id of its own.',
  resolveType: (row: Row) => typeNameOf(row),
})
export abstract class Node {
  @Field(() => ID, { description: 'The object’s id: opaque, the same for ever.' })
  id: string

  @Field(() => Int, { description: 'Counts the changes of the object; give it back as `expectedVersion`.' })
  version: number

  @Field(() => Moment, { description: 'When it was made.' })
  createdAt: Date
}
