import { getMetadataStorage, IsInt, IsOptional, Min, type ValidationError, validateSync } from 'class-validator'
import { Field, InputType, Int } from 'type-graphql'
import { type Denial, Refusal } from '../../rules/refusal.js'
import { characterFault, characterRefused, normalForm, type TextKind } from '../../rules/text.js'
import type { Changed } from '../store/updates.js'
import { declaredKind, Key } from './text.js'

/** What the input of every mutation holds, but of those that sign in or go on with a session: nothing is lost by sending one again. */
@InputType()
export abstract class ActInput {
  @Key({
    max: 100,
    description:
      'Made by you, new for each act (a UUID does). The same key with the same input answers the first answer again, as long as you may see what it answers, and does nothing twice; kept for seven days.',
  })
  idempotencyKey: string
}

/**
 * What creating and updating have in common is written once, as a function that adds its fields to `ActInput` or `ChangeInput`.
 * In an update each of the fields may be absent (unchanged) or null (cleared, where the column can be empty; store/updates.ts).
 */
export type Mixed<Base, Fields, Updates> = abstract new () => Base & (Updates extends true ? Changed<Fields> : Fields)

/** Of a field that creating needs: an update may leave it out. Without it the field’s other rules hold always. */
export const NeededUnless = (updates: boolean): PropertyDecorator => (updates ? IsOptional() : () => undefined)

/** What every change of something that exists holds. */
@InputType()
export abstract class ChangeInput extends ActInput {
  @Field(() => Int, {
    description: 'The `version` you read. When the object has changed since, the act is refused.',
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

/** The faults of form in an input, each with its path. */
export function faultsOf(input: object): Refusal[] {
  const declared = validateSync(input, { forbidUnknownValues: false }).flatMap((fault) => refusals(fault, []))
  const others = [...textsIn(input)].flatMap(({ text, declared, path }) => {
    const fault = declared ? null : undeclaredFault(text)
    return fault ? new Refusal('INVALID_INPUT', `${fieldOf(path)} ${fault}.`, path) : []
  })
  return [...declared, ...others]
}

/** Longer than any code, address, digest or key of an item. */
const undeclaredMax = 400

/** Why a text whose field says nothing of it cannot be taken; its length is looked at before its characters. */
function undeclaredFault(text: string): string | null {
  if (text.length > undeclaredMax) return `must be at most ${undeclaredMax} characters long; it has ${text.length}`
  const refused = characterRefused(text, 'line')
  return refused && characterFault('line', refused)
}

/**
 * Checks an input that a query or a field takes, such as the filter of a list, and brings its texts into the form in which they are kept.
 * @throws Refusal the first fault of its form
 */
export function checkArgument(input: object | null | undefined): void {
  if (!input) return
  const [fault] = faultsOf(input)
  if (fault) throw fault
  settleTexts(input)
}

/** Brings the texts of an input that has no fault into the form in which they are kept. */
export function settleTexts(input: object): void {
  for (const { holder, property, text, declared } of textsIn(input)) {
    if (declared !== 'secret') holder[property] = normalForm(text, declared ?? 'line')
  }
}

/** A text of an input: where it stands, and how it was declared; null for one that was not, which is a line. */
interface InputText {
  holder: Record<string | number, unknown>
  property: string | number
  text: string
  declared: TextKind | 'secret' | null
  path: readonly (string | number)[]
}

/** Every text of an input, in lists and in entries of lists too, but for ids. */
function* textsIn(
  holder: object,
  path: readonly (string | number)[] = [],
  declared: InputText['declared'] = null,
): Generator<InputText> {
  for (const [name, value] of Object.entries(holder)) {
    const property = Array.isArray(holder) ? Number(name) : name
    const place = [...path, property]
    if (holdsIds(place)) continue
    const kind = Array.isArray(holder) ? declared : declaredKind(holder, name)
    if (typeof value === 'string') {
      yield { holder: holder as InputText['holder'], property, text: value, declared: kind, path: place }
    } else if (typeof value === 'object' && value !== null) yield* textsIn(value, place, kind)
  }
}

/** Whether a place in an input is one of an id, or of one of several: the field says so by its name. */
const holdsIds = (path: readonly (string | number)[]): boolean => /Ids?$/.test(fieldOf(path))

/** The name of the field that a place in an input is of, or of whose list it is an entry. */
const fieldOf = (path: readonly (string | number)[]): string => `${path.findLast((part) => typeof part === 'string')}`

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
  if (typeof value === 'string') return holdsIds(path) && isSought(value) ? path : null
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
