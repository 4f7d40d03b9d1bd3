import { getMetadataStorage, IsInt, Length, Matches, Min, type ValidationError, validateSync } from 'class-validator'
import { Field, InputType, Int } from 'type-graphql'
import { Refusal } from '../rules/refusal.js'

/** What the input of every mutation holds, but of those that sign in or go on with a session: nothing is lost by sending one again. */
@InputType()
export abstract class ActInput {
  @Field(() => String, {
    description:
      'Made by you, new for each act (a UUID does). The same key with the same input answers the first answer again, as long as you may see what it answers, and does nothing twice; kept for seven days.',
  })
  @Length(8, 200, { message: 'idempotencyKey must have between 8 and 200 characters.' })
  // The database cannot keep them: one is an error there, the other any other’s like.
  @Matches(/^[^\p{Cc}\p{Cs}]*$/u, {
    message: 'idempotencyKey must not contain control characters or half of a character.',
  })
  idempotencyKey: string
}

/** What every change of something that exists holds. */
@InputType()
export abstract class ChangeInput extends ActInput {
  @Field(() => Int, {
    description: 'The `version` you read. When somebody changed the object since, the act is refused.',
  })
  @IsInt()
  @Min(1)
  expectedVersion: number
}

// For each entry of a list the validator looks for the rules of its class among those of all classes: once is enough.
const rules = getMetadataStorage()
const gather = rules.getTargetValidationMetadatas.bind(rules)
const gathered = new Map<unknown, ReturnType<typeof gather>>()
rules.getTargetValidationMetadatas = (target, ...options) => {
  const own = gathered.get(target) ?? gather(target, ...options)
  gathered.set(target, own)
  return own
}

/** Every fault of form in an input, each with its path. */
export function faultsOf(input: object): Refusal[] {
  return validateSync(input, { forbidUnknownValues: false }).flatMap((fault) => refusals(fault, []))
}

function refusals(fault: ValidationError, path: readonly (string | number)[]): Refusal[] {
  const here = [...path, /^\d+$/.test(fault.property) ? Number(fault.property) : fault.property]
  const own = Object.values(fault.constraints ?? {}).map((message) => new Refusal('INVALID_INPUT', message, here))
  return [...own, ...(fault.children ?? []).flatMap((child) => refusals(child, here))]
}
