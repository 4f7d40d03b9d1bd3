import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql'
import type {
  Blocker as BlockerFact,
  ImportProblemCode as Code,
  ImportProblem as ImportProblemFact,
  Refusal,
  RefusalCode,
} from '../../rules/refusal.js'
import type { LifecycleState as State } from '../../rules/vocabulary.js'
import { atMost } from './bounded-list.js'
import { BlockerCode, ErrorCode, ImportProblemCode, LifecycleState } from './enums.js'

/** How many reasons for a refusal are named at most, and how many things that must be done first. */
const errorsMax = 100
export const blockersMax = 500

/** Types that only wrap others; the guard lets in the callers who may enter what they wrap. */
export const structural = new Set<string>(['PageInfo'])

@ObjectType({ description: 'One thing that must be done first.' })
export class Blocker implements BlockerFact {
  @Field(() => BlockerCode, { description: 'What must be done first, from a closed list, for programs.' })
  code: BlockerFact['code']

  @Field(() => String, { description: 'The reason, for people.' })
  message: string

  @Field(() => ID, { nullable: true, description: 'The object to put in order, when it is one object.' })
  node: string | null
}

@ObjectType({ description: 'One fault in an imported file.' })
export class ImportProblem implements ImportProblemFact {
  @Field(() => Int, {
    description: 'The row, counted from 1 as a spreadsheet does: rows above the header count, a line `sep=` does not.',
  })
  row: number

  @Field(() => String, {
    nullable: true,
    description: 'The column by its name or, where that is at fault, by its number; null when it is the whole row.',
  })
  column: string | null

  @Field(() => ImportProblemCode, { description: 'What is wrong, from a closed list, for programs.' })
  code: Code

  @Field(() => String, { description: 'What is wrong, and what would be right.' })
  message: string

  @Field(() => String, {
    nullable: true,
    description:
      'What stood there: the first 80 characters, those that are not seen by their code. Null when it is no one cell. For you alone: no message, log or trail has it.',
  })
  found: string | null
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

  @Field(
    () => [String],
    atMost(
      10,
      'Where in the `input` the fault lies: names of fields and, of an entry of a list, its place, counted from 0; empty when it is the act itself.',
    ),
  )
  path: string[]
}

@ObjectType({ implements: UserError, description: 'A rule said no.' })
export class RuleRefusal extends UserError {}

@ObjectType({ implements: UserError, description: 'The object has changed since you read it.' })
export class VersionConflict extends UserError {
  @Field(() => Int, { description: 'The version it has now.' })
  currentVersion: number
}

@ObjectType({ implements: UserError, description: 'The object cannot go there from where it is.' })
export class InvalidTransition extends UserError {
  @Field(() => LifecycleState, { description: 'The state that the object is in.' })
  from: State

  @Field(() => LifecycleState, {
    nullable: true,
    description: 'The state that the act leads to; null where the act needs a state and leads to no other.',
  })
  to: State | null

  @Field(() => [LifecycleState], atMost(10, 'The states that the object can go to.'))
  allowed: State[]
}

@ObjectType({ implements: UserError, description: 'Something must be done first.' })
export class NotReady extends UserError {
  @Field(() => [Blocker], atMost(blockersMax, 'What must be done first: the first ones of a long list.'))
  blockers: Blocker[]

  @Field(() => Int, { description: 'How many things must be done first in all.' })
  blockerCount: number
}

@ObjectType({
  implements: UserError,
  description: 'Rows of a file are at fault; none was taken in.',
})
export class RowsRefused extends UserError {
  @Field(() => [ImportProblem], atMost(1_000, 'The first problems, by row.'))
  problems: ImportProblem[]

  @Field(() => Int, { description: 'How many problems there are in all.' })
  problemCount: number
}

const variants: Partial<Record<RefusalCode, string>> = {
  VERSION_CONFLICT: 'VersionConflict',
  INVALID_TRANSITION: 'InvalidTransition',
  NOT_READY: 'NotReady',
  ROWS_REFUSED: 'RowsRefused',
}
for (const name of ['RuleRefusal', 'Blocker', 'ImportProblem', ...Object.values(variants)]) structural.add(name)

/** A refusal as the payload shows it. */
const userError = ({ code, message, at, detail: { blockers, ...detail } }: Refusal): UserError =>
  ({
    code,
    message,
    path: at.map(String),
    ...detail,
    ...(blockers && { blockers: blockers.slice(0, blockersMax), blockerCount: blockers.length }),
  }) as UserError

/** A payload that says why an act was refused: of a long list whose entries are all at fault the first ones, and how many. */
export const refusedFor = (refusals: readonly Refusal[]): { errors: UserError[]; errorCount: number } => ({
  errors: refusals.slice(0, errorsMax).map(userError),
  errorCount: refusals.length,
})

/** What every mutation answers. */
@ObjectType()
export abstract class Payload {
  @Field(() => [UserError], {
    ...atMost(errorsMax, 'Why the act was refused, the first reasons; empty when it was done.'),
    // A refusal that has lists of its own (blockers, problems) comes alone; the others are a code, a sentence and a path.
    complexity: ({ childComplexity }) => errorsMax + childComplexity,
  })
  errors?: UserError[]

  @Field(() => Int, { description: 'How many reasons there are in all; 0 when it was done.' })
  errorCount: number
}

type Thunk = () => unknown

/** A field of a payload: its type, and its description or what a list of it may hold. */
type PayloadField = readonly [type: Thunk, about: string | ReturnType<typeof atMost>]

/**
 * The payload of a mutation: the objects it changed, each null when it was refused, and `errors`.
 * @param fields by name
 */
export function payloadOf(name: string, fields: Record<string, PayloadField>): new () => Payload {
  class Made extends Payload {}
  for (const [field, [type, about]] of Object.entries(fields)) {
    const options = typeof about === 'string' ? { description: about } : about
    Field(type as never, { nullable: true, ...options })(Made.prototype, field)
  }
  ObjectType(name, { description: 'What the act changed, or why it was refused.' })(Made)
  structural.add(name)
  return Made
}
