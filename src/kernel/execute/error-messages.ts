import { GraphQLError, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'

/**
 * An error of ours about a request that is not executed. Its message is written for the caller and holds nothing of what
 * was sent: it is shown as it stands, other than what graphql-js says.
 */
export class RequestError extends GraphQLError {}

/**
 * What graphql-js says -> what is shown instead. Its messages quote what was sent: names, values, whole inputs. Here `$n` is a
 * name of the schema, or the sentence is not shown at all; where it lies is shown by line and column.
 */
const sayings: readonly (readonly [RegExp, string])[] = [
  // Of the parser.
  [/^Syntax Error: Expected ("[^"\w]{1,3}"|Name|String|Int|Float), found /, 'Syntax Error: Expected $1.'],
  [/^Syntax Error: Unterminated string\.$/, 'Syntax Error: Unterminated string.'],
  [/^Syntax Error: Document contains more that (\d+) tokens/, 'Syntax Error: The document has more than $1 tokens.'],
  [/^Syntax Error: Unexpected /, 'Syntax Error: Unexpected text.'],
  [/^Syntax Error: /, 'Syntax Error: From here on this is no GraphQL.'],
  // Of an operation.
  [/^Must provide an operation\.$/, 'The document has no operation.'],
  [/^Must provide operation name /, 'The document has several operations: name the one to run.'],
  [/^Unknown operation named /, 'Unknown operation: the document has none of that name.'],
  [/^This anonymous operation /, 'An operation without a name must be the only one of the document.'],
  [/^GraphQL introspection is not allowed /, 'GraphQL introspection is not allowed here.'],
  [/^Too many validation errors/, 'Too many faults: the document was looked at no further.'],
  [
    /^There can be only one (operation|fragment|variable|argument|input field) named /,
    'Two have one name here: each $1 needs its own.',
  ],
  // Of fields, arguments and types.
  [/^Cannot query field "\w+" on type "(\w+)"/, 'Cannot query this field: type "$1" has none of that name.'],
  [/^Unknown argument "\w+" on field "(\w+)\.(\w+)"/, 'Unknown argument: field "$1.$2" takes none of that name.'],
  [/^Unknown argument "\w+" on directive "@(\w+)"/, 'Unknown argument: directive "@$1" takes none of that name.'],
  [/^Unknown type "/, 'Unknown type: the schema has none of that name.'],
  [/^Unknown fragment "/, 'Unknown fragment: the document has none of that name.'],
  [/^Unknown directive "/, 'Unknown directive: the schema has none of that name.'],
  [/^Directive "@(\w+)" may not be used on /, 'Directive "@$1" may not be used here.'],
  [/^The directive "@(\w+)" can only be used once /, 'Directive "@$1" can be used only once here.'],
  [
    /^Field "(\w+)" must not have a selection since type "([^"]+)" has no subfields/,
    'Field "$1" must not have a selection: type "$2" has no fields.',
  ],
  [
    /^Field "(\w+)" of type "([^"]+)" must have a selection of subfields/,
    'Field "$1" of type "$2" must have a selection of fields.',
  ],
  [/^Field "(\w+)" argument "(\w+)" of type "([^"]+)" is required/, 'Field "$1" needs its argument "$2" of type "$3".'],
  [
    /^Directive "@(\w+)" argument "(\w+)" of type "([^"]+)" is required/,
    'Directive "@$1" needs its argument "$2" of type "$3".',
  ],
  [
    /^Fields "\w+" conflict because /,
    'Fields conflict: two of one name ask for different things. Give each an alias of its own.',
  ],
  // Of fragments and variables.
  [
    /^Fragment (?:"\w+" )?cannot condition on non composite type "(\w+)"/,
    'Fragment cannot be on type "$1", which has no fields.',
  ],
  [
    /^Fragment (?:"\w+" )?cannot be spread here as objects of type "(\w+)" can never be of type "(\w+)"/,
    'Fragment cannot be spread here: objects of type "$1" are never of type "$2".',
  ],
  [/^Fragment "\w+" is never used/, 'Fragment is never used.'],
  [/^Cannot spread fragment "\w+" within itself/, 'Cannot spread a fragment within itself.'],
  [
    /^Variable "\$\w+" cannot be non-input type "([^"]+)"/,
    'Variable cannot be of type "$1", which is none of an input.',
  ],
  [/^Variable "\$\w+" is not defined/, 'Variable is not declared by the operation.'],
  [/^Variable "\$\w+" is never used/, 'Variable is never used.'],
  [
    /^Variable "\$\w+" of type "([^"]+)" used in position expecting type "([^"]+)"/,
    'Variable of type "$1" cannot be used where "$2" is expected.',
  ],
  // Of values.
  [
    /^Field "(\w+)\.(\w+)" of required type "([^"]+)" was not provided/,
    'Field "$1.$2" of required type "$3" was not provided.',
  ],
  [/^Field "(\w+)" of required type "([^"]+)" was not provided/, 'Field "$1" of required type "$2" was not provided.'],
  [/^Field "\w+" is not defined by type "(\w+)"/, 'Unknown field: input type "$1" has none of that name.'],
  [/^Expected value of type "([^"]+)", written as ([\d:TZ-]+)\.$/, 'Expected value of type "$1", written as $2.'],
  [/^Expected value of type "([^"]+)"/, 'Expected value of type "$1".'],
  [/^Expected type "(\w+)" to be an object/, 'Expected value of type "$1": an object.'],
  [/^Expected type "(\w+)"/, 'Expected value of type "$1".'],
  [/^Expected non-nullable type "([^"]+)" not to be null/, 'Expected value of type "$1": not null.'],
  [/^(Int|Float|String|Boolean|ID) cannot represent /, 'Expected value of type "$1".'],
  [/^Enum "(\w+)" cannot represent /, 'Value does not exist in "$1" enum.'],
  [/^Value ".*" does not exist in "(\w+)" enum/s, 'Value does not exist in "$1" enum.'],
  [/^Argument "(\w+)" /, 'Argument "$1" has no value that it can take.'],
]

const unclear = 'The document is not valid here.'

/** What the caller sees of an error of graphql-js: the same, as far as it can be said in words of the schema alone. */
export function shownMessage(schema: GraphQLSchema, message: string): string {
  const names = namesOf(schema)
  for (const [form, sentence] of sayings) {
    const found = form.exec(message)
    if (!found) continue
    const isKnown = found.slice(1).every((name) => plain.test(name) || names.has(name.replace(/[[\]!]/g, '')))
    const told = isKnown ? sentence.replace(/\$(\d)/g, (_, at) => found[Number(at)] as string) : unclear
    return told + suggestionIn(message, names)
  }
  return unclear
}

/** What the grammar itself has: signs, kinds of tokens, numbers. */
const plain = /^(?:"[^"\w]{1,3}"|Name|String|Int|Float|[\d:TZ-]+|operation|fragment|variable|argument|input field)$/

/** A proposal at the end of a message, if it names nothing but what the schema has. */
function suggestionIn(message: string, names: ReadonlySet<string>): string {
  const tail = / Did you mean [a-z ]*"\w+"(?:,? (?:or )?"\w+")*\?$/.exec(message)?.[0] ?? ''
  return [...tail.matchAll(/"(\w+)"/g)].every(([, name]) => names.has(name as string)) ? tail : ''
}

/** Whether the schema has something of this name. */
export const isNamed = (schema: GraphQLSchema, name: string): boolean => namesOf(schema).has(name)

const known = new WeakMap<GraphQLSchema, ReadonlySet<string>>()

/** Every name of the schema: types, fields, arguments, values of enums, directives. */
function namesOf(schema: GraphQLSchema): ReadonlySet<string> {
  const before = known.get(schema)
  if (before) return before
  const names = new Set<string>()
  for (const type of Object.values(schema.getTypeMap())) {
    names.add(type.name)
    if (isEnumType(type)) for (const { name } of type.getValues()) names.add(name)
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      names.add(field.name)
      if ('args' in field) for (const { name } of field.args) names.add(name)
    }
  }
  for (const { name, args } of schema.getDirectives()) {
    names.add(name)
    for (const argument of args) names.add(argument.name)
  }
  known.set(schema, names)
  return names
}
