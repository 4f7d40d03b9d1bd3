import { type GraphQLSchema, isAbstractType } from 'graphql'
import type { Call, Given, Operation, Selection } from './operations.js'
import type { Secret, Value, Whose } from './values.js'

/** What the one who asks has at hand to fill an operation with. */
export interface Supply {
  /** An id of a type; null where there is none such. */
  id(of: string, whose: Whose, nth: number): string | null
  /** The version of the row with this id. */
  version(id: string): number | undefined
  key(whose: 'new' | 'used by another', nth: number): string
  /** A text that stands in a row. */
  text(whose: Whose, nth: number): string
  /** What a cursor says: the id or the text at which a list of a person's goes on. */
  place(of: 'id' | 'text', whose: Whose, nth: number): string | null
  secret(what: Secret, nth: number): string
}

/** An operation as it is sent. */
export interface Worded {
  query: string
  variables: Record<string, unknown>
  operationName: string | null
}

/** Writes an operation out as text and variables. */
export function worded(schema: GraphQLSchema, operation: Operation, supply: Supply): Worded {
  return new Wording(schema, supply).of(operation)
}

const asCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url')

const refusals =
  'errors { __typename code message path ... on NotReady { blockers { __typename node } } ... on RowsRefused { problems { __typename } } }'

class Wording {
  readonly #variables: Record<string, unknown> = {}
  readonly #declared: string[] = []
  readonly #fragments: string[] = []
  #aliases = 0

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly supply: Supply,
  ) {}

  of({ kind, calls, name }: Operation): Worded {
    const body = this.#calls(calls, new Set()).join(' ')
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : ''
    const head = `${kind} ${name ?? ''}${declared}`
    return {
      query: [`${head} { ${body} }`, ...this.#fragments].join('\n'),
      variables: this.#variables,
      operationName: name,
    }
  }

  /** @param taken names that stand in the same object of the answer already: a second field goes by an alias */
  #calls(calls: readonly Call[], taken: Set<string>): string[] {
    return calls.map(({ field, given, selection }) => {
      const alias = taken.has(field) ? `${this.#another()}: ` : ''
      taken.add(field)
      const passed = given.map((one) => `${one.name}: ${this.#passed(one)}`).join(', ')
      const args = passed ? `(${passed})` : ''
      return `${alias}${field}${args} ${selection ? `{ ${this.#selected(selection, new Set(), field)} }` : ''}`
    })
  }

  #another(): string {
    this.#aliases += 1
    return `also${this.#aliases}`
  }

  #selected({ on, leaves, calls, members, fragment }: Selection, taken: Set<string>, field: string): string {
    const type = this.schema.getType(on)
    const payload = on.endsWith('Payload') && calls.every((call) => call.field !== 'errors')
    const parts = [
      '__typename',
      ...leaves.filter((leaf) => !taken.has(leaf)),
      ...this.#calls(calls, new Set([...taken, ...leaves])),
      // Whether an act was refused is always asked: the run counts what was done.
      ...(payload ? [refusals] : []),
      ...members.map((member) => this.#member(member)),
    ]
    if (fragment === 'none' || isAbstractType(type)) return parts.join(' ')
    if (fragment === 'inline') return `... on ${on} { ${parts.join(' ')} }`
    const name = `Of${field}${this.#another()}`
    this.#fragments.push(`fragment ${name} on ${on} { ${parts.join(' ')} }`)
    return `...${name}`
  }

  /** Fields of different members may share a name and not a type: each goes by an alias. */
  #member({ on, leaves, calls }: Selection): string {
    const parts = [
      ...leaves.map((leaf) => `${this.#another()}: ${leaf}`),
      ...this.#calls(calls, new Set(calls.map(({ field }) => field))),
    ]
    return `... on ${on} { __typename ${parts.join(' ')} }`
  }

  #passed({ name, type, value, style }: Given): string {
    const variable = () => {
      const key = `${name}${Object.keys(this.#variables).length}`
      this.#declared.push(`$${key}: ${type}`)
      this.#variables[key] = this.#resolved(value, null)
      return `$${key}`
    }
    if (style === 'variable') return variable()
    return this.#literal(value, null)
  }

  #literal(value: Value, beside: string | null): string {
    if (value.is === 'enum') return value.value
    if (value.is === 'list') return `[${value.items.map((item) => this.#literal(item, beside)).join(', ')}]`
    if (value.is === 'object') {
      const id = this.#firstId(value)
      const fields = Object.entries(value.fields).map(([name, inner]) => `${name}: ${this.#literal(inner, id)}`)
      return `{ ${fields.join(', ')} }`
    }
    return JSON.stringify(this.#resolved(value, beside))
  }

  #firstId({ fields }: Value & { is: 'object' }): string | null {
    const first = Object.values(fields).find((inner) => inner.is === 'id')
    return first ? (this.#resolved(first, null) as string) : null
  }

  #resolved(value: Value, beside: string | null): unknown {
    switch (value.is) {
      case 'plain':
      case 'enum':
        return value.value
      case 'id':
        return this.supply.id(value.of, value.whose, value.nth)
      case 'version':
        return ((beside && this.supply.version(beside)) || 1) + value.off
      case 'key':
        return this.supply.key(value.whose, value.nth)
      case 'heard':
        return this.supply.text(value.whose, value.nth)
      case 'secret':
        return this.supply.secret(value.what, value.nth)
      case 'cursor':
        return this.#cursor(value)
      case 'list':
        return value.items.map((item) => this.#resolved(item, beside))
      case 'object': {
        const id = this.#firstId(value)
        const entries = Object.entries(value.fields)
        return Object.fromEntries(entries.map(([name, inner]) => [name, this.#resolved(inner, id)]))
      }
    }
  }

  #cursor({ from, whose, nth }: Value & { is: 'cursor' }): string {
    if (from === 'number') return asCursor(nth)
    if (from !== 'nothing') return asCursor(this.supply.place(from, whose, nth))
    return ['', 'x', 'null', asCursor(null), asCursor([1]), asCursor({ $row: 'Client' })][nth % 6] as string
  }
}
