import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql'
import type { Blocker as BlockerFact, Refusal, RefusalCode, RowFault as RowFaultFact } from '../rules/refusal.js'
import { ErrorCode } from './enums.js'

/** Types that only wrap others; the guard lets in whoever may enter what they wrap. */
export const structural = new Set<string>(['PageInfo'])

@ObjectType({ description: 'One thing that must be done first.' })
export class Blocker implements BlockerFact {
  @Field(() => String, { description: 'The reason, stable, for programs.' })
  code: string

  @Field(() => String, { description: 'The reason, for people.' })
  message: string

  @Field(() => ID, { nullable: true, description: 'The object to mend, when it is one object.' })
  node: string | null
}

@ObjectType({ description: 'One fault in an imported file or in a list.' })
export class RowFault implements RowFaultFact {
  @Field(() => Int, { description: 'The row, counted from 1 as a spreadsheet does (the header is row 1).' })
  row: number

  @Field(() => String, { nullable: true, description: 'The column, when the fault lies in one.' })
  column: string | null

  @Field(() => String, { description: 'What is wrong, and what would be right.' })
  message: string
}

@InterfaceType({
  description: 'Why an act was refused. Nothing was changed.',
  resolveType: (error: UserError) => variants[error.code] ?? 'RuleRefusal',
})
export abstract class UserError {
  @Field(() => ErrorCode, { description: 'The reason, from a closed list, for programs.' })
  code: RefusalCode

  @Field(() => String, { description: 'One sentence for people.' })
  message: string

  @Field(() => [String], { description: 'Where in the `input` the fault lies; empty when it is the act itself.' })
  path: string[]
}

@ObjectType({ implements: UserError, description: 'A rule said no.' })
export class RuleRefusal extends UserError {}

@ObjectType({ implements: UserError, description: 'Somebody changed the object since you read it.' })
export class VersionConflict extends UserError {
  @Field(() => Int, { description: 'The version it has now.' })
  currentVersion: number
}

@ObjectType({ implements: UserError, description: 'The object cannot go there from where it is.' })
export class InvalidTransition extends UserError {
  @Field(() => String, { description: 'The state it is in.' })
  from: string

  @Field(() => String, { description: 'The state it was to go to.' })
  to: string

  @Field(() => [String], { description: 'The states it can go to.' })
  allowed: string[]
}

@ObjectType({ implements: UserError, description: 'Something must be done first.' })
export class NotReady extends UserError {
  @Field(() => [Blocker], { description: 'What must be done first.' })
  blockers: Blocker[]
}

@ObjectType({
  implements: UserError,
  description: 'Rows of a file or entries of a list are at fault; none was taken in.',
})
export class RowsRefused extends UserError {
  @Field(() => [RowFault], { description: 'The first faults, 1,000 at most.' })
  rows: RowFault[]

  @Field(() => Int, { description: 'How many faults there are in all.' })
  rowFaultCount: number
}

const variants: Partial<Record<RefusalCode, string>> = {
  VERSION_CONFLICT: 'VersionConflict',
  INVALID_TRANSITION: 'InvalidTransition',
  NOT_READY: 'NotReady',
  ROWS_REFUSED: 'RowsRefused',
}
for (const name of ['RuleRefusal', 'Blocker', 'RowFault', ...Object.values(variants)]) structural.add(name)

/** A refusal as the payload shows it. */
export const userError = (refusal: Refusal): UserError =>
  ({ code: refusal.code, message: refusal.message, path: refusal.at.map(String), ...refusal.detail }) as UserError

/** What every mutation answers. */
@ObjectType()
export abstract class Payload {
  @Field(() => [UserError], { description: 'Why the act was refused; empty when it was done.' })
  errors?: UserError[]
}

type Thunk = () => unknown

/**
 * The payload of a mutation: the objects it changed, each null when it was refused, and `errors`.
 * @param fields name -> [type thunk, description]
 */
export function payloadOf(name: string, fields: Record<string, readonly [Thunk, string]>): new () => Payload {
  class Made extends Payload {}
  for (const [field, [type, description]] of Object.entries(fields)) {
    Field(type as never, { nullable: true, description })(Made.prototype, field)
  }
  ObjectType(name, { description: 'What the act changed, or why it was refused.' })(Made)
  structural.add(name)
  return Made
}
