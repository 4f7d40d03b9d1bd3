import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { badInput } from './variables.js'

/** Selections on objects of one type. */
interface Selected {
  type: GraphQLNamedType
  set: SelectionSetNode
}

const passed = new WeakSet<OperationDefinitionNode>()
const namesBySchema = new WeakMap<GraphQLSchema, ReadonlySet<string>>()

const isRendered = (field: GraphQLField<unknown, unknown>): boolean => field.extensions.rendered === true

/**
 * Refuses an operation that asks for one rendered form twice, or for that of each object of a list. A rendered form (a field
 * with the extension `rendered`) is a document as large as a whole answer: thirty of them by alias hold up all other callers.
 * Counted as the document is written, whatever its directives say; one place of the answer that is named twice counts once.
 * @param operation one that is valid: its fragments come to no more fields than are allowed
 * @throws GraphQLError BAD_USER_INPUT
 */
export function checkRenderedOnce(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): void {
  if (passed.has(operation)) return
  const root = schema.getRootType(operation.operation)
  if (root && mentionsRendered(schema, document)) {
    new Search(schema, document).below([{ type: root, set: operation.selectionSet }], false)
  }
  passed.add(operation)
}

/** Whether any field of the document has the name of a rendered one: of nearly all documents none does. */
function mentionsRendered(schema: GraphQLSchema, document: DocumentNode): boolean {
  const names =
    namesBySchema.get(schema) ?? new Set(renderedFields(schema).map((coordinate) => coordinate.split('.')[1]))
  namesBySchema.set(schema, names as ReadonlySet<string>)
  let found = false
  visit(document, {
    Field({ name }) {
      found ||= names.has(name.value)
    },
  })
  return found
}

/** The coordinates of all rendered forms, e.g. `Report.html`. */
export function renderedFields(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields())
          .filter(isRendered)
          .map((field) => `${type.name}.${field.name}`)
      : [],
  )
}

/** Goes through the places of an answer, as the executor would. */
class Search {
  readonly #found = new Set<string>()

  constructor(
    readonly schema: GraphQLSchema,
    readonly document: DocumentNode,
  ) {}

  /** @param isListed whether there may be several of these objects */
  below(selected: readonly Selected[], isListed: boolean): void {
    const places = new Map<string, { node: FieldNode; type: GraphQLNamedType }[]>()
    for (const { type, set } of selected) this.#collect(type, set, places, new Set())
    for (const nodes of places.values()) {
      const below: Selected[] = []
      let several = isListed
      for (const { node, type } of nodes) {
        const field = fieldOf(type, node)
        if (!field) continue
        if (isRendered(field) && node === nodes[0]?.node) this.#take(`${type.name}.${field.name}`, node, isListed)
        several ||= isListType(getNullableType(field.type))
        if (node.selectionSet) below.push({ type: getNamedType(field.type), set: node.selectionSet })
      }
      if (below.length > 0) this.below(below, several)
    }
  }

  #take(coordinate: string, node: FieldNode, isListed: boolean): void {
    if (isListed)
      throw refusal(`${coordinate} is not given for each object of a list. Ask for one object by its id.`, node)
    if (this.#found.has(coordinate))
      throw refusal(`${coordinate} is given once in an operation. Send one for each.`, node)
    this.#found.add(coordinate)
  }

  #collect(
    type: GraphQLNamedType,
    { selections }: SelectionSetNode,
    places: Map<string, { node: FieldNode; type: GraphQLNamedType }[]>,
    spread: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        places.set(key, [...(places.get(key) ?? []), { node: selection, type }])
        continue
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragment(selection.name.value, spread)
      const condition = fragment?.typeCondition?.name.value
      const narrowed = condition === undefined ? type : this.schema.getType(condition)
      if (fragment && narrowed) this.#collect(narrowed, fragment.selectionSet, places, spread)
    }
  }

  /** Each fragment adds to a place once, as the executor has it. */
  #fragment(name: string, spread: Set<string>) {
    if (spread.has(name)) return undefined
    spread.add(name)
    return this.document.definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name) as
      | { typeCondition?: { name: { value: string } }; selectionSet: SelectionSetNode }
      | undefined
  }
}

function fieldOf(type: GraphQLNamedType, { name }: FieldNode): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined
}

const refusal = (message: string, node: FieldNode) => badInput(message, [node])
