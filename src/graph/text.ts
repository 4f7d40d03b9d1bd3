import { registerDecorator, ValidateIf } from 'class-validator'
import { Field } from 'type-graphql'

interface TextOptions {
  /** At most so many characters. */
  max: number
  description: string
  nullable?: boolean
}

// Line feeds, tabs and carriage returns are text; other control characters are not.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/

// What leaves a mark on paper: spaces do not, nor what has no width.
const visible = /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u

/** Why a text cannot be taken, or null. */
export function textFault(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return 'must be text'
  if (value.length > max) return `must be at most ${max} characters long; it has ${value.length}`
  if (control.test(value)) return 'must not contain control characters'
  if (/\p{Surrogate}/u.test(value)) return 'must not contain half of a character'
  if (!visible.test(value)) return 'must not be blank'
  return null
}

/** A text of an input: not blank, of bounded length, without control characters. */
export function Text({ max, description, nullable = false }: TextOptions): PropertyDecorator {
  return (target, property) => {
    Field(() => String, { description: `${description} At most ${max} characters.`, nullable })(
      target,
      property as string,
    )
    if (nullable) ValidateIf((_, value) => value !== null && value !== undefined)(target, property as string)
    registerDecorator({
      name: 'text',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value) => textFault(value, max) === null,
        defaultMessage: (args) => `${String(property)} ${textFault(args?.value, max)}.`,
      },
    })
  }
}
