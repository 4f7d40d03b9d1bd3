import {
  type ArgumentNode,
  type ASTVisitor,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
  type ValidationContext,
  visit,
} from 'graphql'
// The ESM build names graphql’s .mjs files and so loads a second graphql; this one does not.
import { type ComplexityEstimator, type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity/cjs'
import { pageLimits } from '../schema/page.js'
import { RequestError, shownMessage } from './error-messages.js'
import { checkRecordedFields } from './recorded-fields.js'
import { checkRenderedOnce } from './rendered-once.js'
import { specialCosts } from './special-costs.js'
import { badInput, variablesOf } from './variables.js'

/** What one request may ask for. */
export const limits = {
  bodyBytes: 4 * 1024 * 1024,
  /** Of a body of a caller who is not signed in: signing in, accepting an invitation, refreshing. */
  strangersBodyBytes: 64 * 1024,
  /** Of all bodies that the process holds at once. */
  bodiesBytes: 64 * 1024 * 1024,
  fileBytes: 600 * 1024 * 1024,
  /** Of the `content-type`. Apollo looks for its end once for each space in it. */
  contentTypeChars: 500,
  /** Comments and spaces as well, which are no tokens. */
  documentChars: 200_000,
  tokens: 10_000,
  /** Selections in braces. Whether they agree is asked of each two of one name: twice as many take four times as long. */
  selections: 500,
  /** Brackets within brackets, of whatever kind, in a document or in JSON. */
  nesting: 100,
  /** In the JSON of a body: five times what any act takes. More than so many names are expensive to parse. */
  values: 50_000,
  depth: 16,
  rootFields: 30,
  /** Queries of which it is recorded that they were asked: a transaction each. */
  recordedFields: 5,
  /** In one list of the variables. Twice what any input takes, which says itself how many that are: a test compares them. */
  entries: 20_000,
  /** The same, of objects: checking one costs more than checking a text. */
  objects: 2_000,
  /** In an operation, as it could be at most; what it comes to is counted while it is answered. */
  cost: 50_000,
  /** Faults of one document that are named. */
  validationErrors: 20,
  /** A longer document is not kept for the next time it is asked. */
  keptChars: 10_000,
} as const

const opening: readonly string[] = [TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]
const closing: readonly string[] = [TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]

/** Why a document is not even parsed, or null. */
export function documentFault(document: string): string | null {
  if (document.length > limits.documentChars) {
    return `The document has ${document.length} characters; ${limits.documentChars} are allowed. Send values as variables.`
  }
  // Nearly every document ends here: it has not so many brackets in all.
  return (document.match(/[{[(]/g)?.length ?? 0) > limits.nesting ? bracketFault(document) : null
}

/**
 * Whether a document has more brackets within brackets than are allowed, or braces in all. Asked before it is parsed: parser
 * and validation go down into them by recursion, and some thousands are more than the stack holds.
 */
function bracketFault(document: string): string | null {
  const lexer = new Lexer(new Source(document))
  let open = 0
  let braces = 0
  try {
    for (let tokens = 0; tokens < limits.tokens; tokens += 1) {
      const { kind } = lexer.advance()
      if (kind === TokenKind.EOF) return null
      // A fragment is compared with every other one as well.
      if (kind === TokenKind.BRACE_L) braces += open === 0 ? 2 : 1
      if (opening.includes(kind)) open += 1
      if (closing.includes(kind)) open -= 1
      if (open > limits.nesting) return `The document has more than ${limits.nesting} brackets within brackets.`
      if (braces > limits.selections) return `The document has more than ${limits.selections} selections in braces.`
    }
  } catch {
    // No GraphQL: the parser says where, and does not get further than this.
  }
  return null
}

/** What an operation comes to when every fragment is written out where it is spread. */
interface Shape {
  depth: number
  /** Fields side by side. */
  width: number
  /** Fields in all. */
  fields: number
}

const nothing: Shape = { depth: 0, width: 0, fields: 0 }

/**
 * Refuses an operation that is too deep, or asks for too many things, at its root or in all. Each fragment is measured
 * once: written out, a hundred that spread the next one twice are more fields than can ever be counted one by one.
 */
export function shapeRule(context: ValidationContext): ASTVisitor {
  const measured = new Map<string, Shape>()
  const ofFragment = (name: string): Shape => {
    const known = measured.get(name)
    if (known) return known
    // One that leads back to itself counts once here; another rule refuses it.
    measured.set(name, nothing)
    const shape = shapeOf(context.getFragment(name)?.selectionSet)
    measured.set(name, shape)
    return shape
  }
  const ofSelection = (selection: SelectionNode): Shape => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value)
    const below = shapeOf(selection.selectionSet)
    return selection.kind === Kind.FIELD ? { depth: below.depth + 1, width: 1, fields: below.fields + 1 } : below
  }
  const shapeOf = (set: SelectionSetNode | undefined): Shape =>
    (set?.selections ?? []).map(ofSelection).reduce(
      (all, one) => ({
        depth: Math.max(all.depth, one.depth),
        width: all.width + one.width,
        fields: all.fields + one.fields,
      }),
      nothing,
    )
  return {
    OperationDefinition(operation) {
      const { depth, width, fields } = shapeOf(operation.selectionSet)
      const refuse = (message: string) => context.reportError(new RequestError(message, { nodes: operation }))
      if (depth > limits.depth) refuse(`The operation is ${depth} levels deep; ${limits.depth} are allowed.`)
      if (width > limits.rootFields) {
        refuse(`The operation has ${width} fields at its root; ${limits.rootFields} are allowed.`)
      }
      // None costs less than one: beyond this, estimating the cost would be work for nothing.
      if (fields > limits.cost) refuse(`The operation asks for ${fields} things; ${limits.cost} are allowed.`)
    },
  }
}

/**
 * A connection costs as many objects as `first` says (other lists say so themselves: schema/bounded-list.ts). A field that says
 * what it costs (`complexity`) costs that, a property of its object nothing beside it, all else one: without fields that cost
 * more, the cost is about the most objects that the operation can answer.
 */
function estimate({ field, args, childComplexity }: ComplexityEstimatorArgs): number {
  const own = field.extensions?.complexity
  const paged = field.args.some((argument) => argument.name === 'first')
  const items = paged ? (typeof args.first === 'number' ? Math.max(1, args.first) : pageLimits.default) : 1
  const isProperty = (!field.resolve || field.extensions.isProperty === true) && isLeafType(getNamedType(field.type))
  return (typeof own === 'number' ? own : isProperty ? 0 : 1) + items * childComplexity
}

/** Whether there is a list of more than is allowed. Without recursion: variables nest as deeply as they like. */
function hasEndlessList(variables: Record<string, unknown>): boolean {
  const rest: object[] = [variables]
  for (let value = rest.pop(); value; value = rest.pop()) {
    const inner: unknown[] = Object.values(value)
    const many = typeof inner[0] === 'object' ? limits.objects : limits.entries
    if (Array.isArray(value) && value.length > many) return true
    for (const one of inner) if (typeof one === 'object' && one !== null) rest.push(one)
  }
  return false
}

/**
 * Checks what an operation is given, and its cost: of this one alone, of all that the document holds.
 * @param chargeEstimate gets what the operation costs, once it is known to be allowed, and whether it is counted while it is answered
 * @returns the variables as the operation takes them
 * @throws GraphQLError when they are not what it declares or hold a list that is too long, or when it could cost too much
 */
export function checkLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
  chargeEstimate: (points: number, isCounted: boolean) => void,
): Record<string, unknown> {
  if (!schema.getRootType(operation.operation)) throw badInput(`There is no ${operation.operation}.`, [operation])
  if (hasEndlessList(variables)) throw badInput('A list in the variables has more entries than any input takes.')
  const coerced = variablesOf(schema, operation, variables)
  checkRenderedOnce(schema, document, operation)
  checkRecordedFields(schema, document, operation, limits.recordedFields)
  const { points, isCounted } = costOf(schema, document, operation.name?.value ?? null, variables)
  if (points > limits.cost) {
    throw badInput(
      `The operation could cost ${points} points; ${limits.cost} are allowed. Ask for fewer or smaller lists.`,
    )
  }
  chargeEstimate(points, isCounted)
  return coerced
}

// What an operation costs follows from its document, unless its variables settle how long a list is or what is left out.
const costs = new WeakMap<DocumentNode, Map<string | null, Cost>>()

interface Cost {
  points: number
  /** Introspection is answered by graphql-js itself, past what counts. */
  isCounted: boolean
}

function costOf(
  schema: GraphQLSchema,
  query: DocumentNode,
  operationName: string | null,
  variables: Record<string, unknown>,
): Cost {
  const known = costs.get(query)?.get(operationName)
  if (known !== undefined) return known
  try {
    const chosen = operationName === null ? {} : { operationName }
    const points = getComplexity({
      schema,
      query,
      variables,
      estimators: [...costEstimators(schema), estimate],
      ...chosen,
    })
    const cost = { points, isCounted: !holdsIntrospection(query) }
    if (!isSizedByVariables(query)) {
      costs.set(query, (costs.get(query) ?? new Map<string | null, Cost>()).set(operationName, cost))
    }
    return cost
  } catch (error) {
    // Apollo takes what it throws for a fault of ours.
    if (error instanceof GraphQLError) throw badInput(shownMessage(schema, error.message), error.nodes)
    throw error
  }
}

const special = new WeakMap<GraphQLSchema, ComplexityEstimator[]>()

function costEstimators(schema: GraphQLSchema): ComplexityEstimator[] {
  const known = special.get(schema) ?? specialCosts(schema)
  special.set(schema, known)
  return known
}

function holdsIntrospection(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') found = true
    },
  })
  return found
}

/** Whether a variable stands in the length of a list or in a directive. */
function isSizedByVariables(document: DocumentNode): boolean {
  let found = false
  let counted = 0
  const settling = (node: ArgumentNode | DirectiveNode) => node.kind === Kind.DIRECTIVE || node.name.value === 'first'
  const enter = (node: ArgumentNode | DirectiveNode) => {
    if (settling(node)) counted += 1
  }
  const leave = (node: ArgumentNode | DirectiveNode) => {
    if (settling(node)) counted -= 1
  }
  visit(document, {
    Argument: { enter, leave },
    Directive: { enter, leave },
    Variable() {
      if (counted > 0) found = true
    },
  })
  return found
}
