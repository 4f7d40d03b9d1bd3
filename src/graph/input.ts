import {
  getMetadataStorage,
  IsInt,
  IsOptional,
  Length,
  Matches,
  Min,
  type ValidationError,
  validateSync,
} from 'class-validator'
import { Field, InputType, Int } from 'type-graphql'
import type { Changed } from '../data/changes.js'
import { type Denial, Refusal } from '../rules/refusal.js'

/** What the input of every mutation holds, but of those that sign in or go on with a session: nothing is lost by sending one again. */
@InputType()
export abstract class ActInput {
  @Field(() => String, {
    description:
      'Made by you, new for each act, 1 to 100 characters (a UUID does). The same key with the same input answers the first answer again, as long as you may see what it answers, and does nothing twice; kept for seven days.',
  })
  @Length(1, 100, { message: 'idempotencyKey must have between 1 and 100 characters.' })
  // The database cannot keep them: one is an error there, the other any other’s like.
  @Matches(/^[^\p{Cc}\p{Cs}]*$/u, {
    message: 'idempotencyKey must not contain control characters or half of a character.',
  })
  idempotencyKey: string
}

/**
 * What creating and updating have in common is written once, as a function that adds its fields to `ActInput` or `ChangeInput`.
 * In an update each of the fields may be absent (unchanged) or null (cleared, where the column can be empty; data/changes.ts).
 */
export type Mixed<Base, Fields, Updates> = abstract new () => Base & (Updates extends true ? Changed<Fields> : Fields)

/** Of a field that creating needs: an update may leave it out. Without it the field’s other rules hold always. */
export const NeededUnless = (updates: boolean): PropertyDecorator => (updates ? IsOptional() : () => undefined)

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

/** Beyond so many more of them help nobody: a list of thousands of wrong entries would be answered at several times its size. */
const faultsMax = 50

/** The faults of form in an input, each with its path: all of them, or the first fifty. */
export function faultsOf(input: object): Refusal[] {
  return validateSync(input, { forbidUnknownValues: false })
    .flatMap((fault) => refusals(fault, []))
    .slice(0, faultsMax)
}

/**
 * What an act was denied, with the place in its input of the id that it hangs on.
 * @param loaded the ids the act loaded, the latest first: a row that the id only leads to is denied because of that id
 * @returns null where no id of the input is concerned
 */
export function denialAt({ code, message, ids }: Denial, input: object, loaded: readonly string[]): Refusal | null {
  for (const id of [...ids, ...loaded]) {
    const place = placeOfId(input, [], (found) => found.toLowerCase() === id.toLowerCase())
    if (place) return new Refusal(code, message, place)
  }
  return null
}

/**
 * Where an id stands in an input: in a field whose name says that it holds one, or several. The first one that `isSought`; the
 * first of all where it is not said.
 */
export function placeOfId(
  value: unknown,
  path: readonly (string | number)[] = [],
  isSought: (id: string) => boolean = () => true,
): typeof path | null {
  if (typeof value === 'string') {
    const field = path.findLast((part) => typeof part === 'string')
    return /Ids?$/.test(`${field}`) && isSought(value) ? path : null
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const place = placeOfId(inner, [...path, Array.isArray(value) ? Number(key) : key], isSought)
    if (place) return place
  }
  return null
}

function refusals(fault: ValidationError, path: readonly (string | number)[]): Refusal[] {
  const here = [...path, /^\d+$/.test(fault.property) ? Number(fault.property) : fault.property]
  const own = Object.values(fault.constraints ?? {}).map((message) => new Refusal('INVALID_INPUT', message, here))
  return [...own, ...(fault.children ?? []).flatMap((child) => refusals(child, here))]
}
