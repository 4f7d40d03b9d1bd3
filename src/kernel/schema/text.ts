import { registerDecorator, ValidateIf } from 'class-validator'
import { Field } from 'type-graphql'
import { type TextKind, textFault } from '../../rules/text.js'

interface TextOptions {
  /** At most so many characters. */
  max: number
  description: string
  nullable?: boolean
}

const kinds = new Map<object, Map<string, TextKind | 'secret'>>()

const declare = (target: object, property: string | symbol, kind: TextKind | 'secret'): void => {
  const own = kinds.get(target) ?? new Map()
  kinds.set(target, own.set(String(property), kind))
}

/** How a field of an input was declared; null for one that was not, which is a line. */
export function declaredKind(input: object, property: string): TextKind | 'secret' | null {
  for (let target = Object.getPrototypeOf(input); target; target = Object.getPrototypeOf(target)) {
    const kind = kinds.get(target)?.get(property)
    if (kind) return kind
  }
  return null
}

const decoratorOf =
  (kind: TextKind) =>
  ({ max, description, nullable = false }: TextOptions): PropertyDecorator =>
  (target, property) => {
    Field(() => String, { description: `${description} At most ${max} characters.`, nullable })(
      target,
      property as string,
    )
    declare(target, property, kind)
    if (nullable) ValidateIf((_, value) => value !== null && value !== undefined)(target, property as string)
    registerDecorator({
      name: 'text',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value) => textFault(value, kind, max) === null,
        defaultMessage: (args) => `${String(property)} ${textFault(args?.value, kind, max)}.`,
      },
    })
  }

/** A text of an input that may have several lines: not blank, of bounded length, its writing directions closed. */
export const Text = decoratorOf('text')

/** A name or a title of an input: one line in which nothing is hidden. */
export const Line = decoratorOf('line')

/** A line of an input that is unique in something, and so has one way to be written. */
export const Key = decoratorOf('key')

/** A text of an input that is compared and never shown: whatever was typed is as it was meant. */
export const Secret: PropertyDecorator = (target, property) => declare(target, property, 'secret')
