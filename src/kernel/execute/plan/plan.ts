import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql'
import { type Answering, bytesPerField } from '../answer-size.js'
import { uncounted } from '../executor-resolvers.js'
import { pointsOf } from '../point-costs.js'
import { type Complete, isPromise, PlanRun, unplanned } from './plan-run.js'

/**
 * # Query plans
 *
 * A plan is a query worked out once: which fields of which objects, in which order, by which resolvers. The engine of this folder
 * answers cached queries by their plans, without Apollo and the executor of graphql-js between the resolvers (docs/adr/0003).
 *
 * **What it answers.** Queries of objects, lists and leaf values, with fragments, aliases, arguments and variables. It calls the
 * same resolvers as the executor, guard included: who may read a field is decided in the resolver, not here.
 *
 * **What it leaves to graphql-js.** Whatever is not plain, before it begins (`planOf` answers null): mutations, subscriptions,
 * introspection, directives, fields of an interface or union, queries that are recorded, more than `fieldsMax` fields, names that no plain object can hold.
 * And whatever goes wrong, while it answers (`answer` throws): a resolver or a serializer that fails, an error or a function in
 * place of a value, null where there may be none, a promise inside a list or in place of a property, an iterable that is no array,
 * an answer that has come to its end. The executor then answers the operation anew, in reads of its own: a query changes nothing.
 * So every error is the executor's, and a plan has no error handling to keep equal.
 *
 * **What is kept equal.** Where a plan answers, the executor answers the same bytes of `data`, without errors, and counts as much:
 * limits, budgets and the log see no difference (`operationAnswered`).
 *
 * **How that is shown.** Random operations over a schema whose resolvers return values, nulls, lists, promises and errors of every
 * kind, both ways, to the byte (tests/execute/plan-equality.test.ts); every query of the schema for every kind of caller
 * (tests/execute/plan.test.ts); status, headers and body over HTTP (tests/execute/planned-queries.test.ts).
 */
export interface Plan {
  /**
   * @param variables as the operation takes them: coerced
   * @returns the `data` of the answer
   * @throws why the executor is to answer; once `context.answer` has come to its end, the executor says so, too
   */
  answer(context: Answering, variables: Record<string, unknown>): Promise<Record<string, unknown>>
}

/** Fragments are written out in a plan: a small document could come to more fields than the memory holds. */
const fieldsMax = 1_000

type FieldPlan = (run: PlanRun, source: unknown, into: Record<string, unknown>) => void

/** The plan of an operation; null when it is none for a plan. */
export function planOf(schema: GraphQLSchema, document: DocumentNode, operationName: string | null): Plan | null {
  const operation = getOperationAST(document, operationName)
  const type = schema.getQueryType()
  if (operation?.operation !== OperationTypeNode.QUERY || !type) return null
  const planner = new Planner(schema, document, operation)
  try {
    const complete = planner.object(type, [operation.selectionSet], true)
    return { answer: (context, variables) => new PlanRun(context, variables).answer(complete) }
  } catch (error) {
    if (error === unplanned) return null
    throw error
  }
}

class Planner {
  readonly #fragments = new Map<string, FragmentDefinitionNode>()
  #fields = 0
  #fieldsWithArguments = 0

  constructor(
    readonly schema: GraphQLSchema,
    document: DocumentNode,
    readonly operation: OperationDefinitionNode,
  ) {
    for (const one of document.definitions) {
      if (one.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(one.name.value, one)
    }
  }

  /**
   * Objects of one type, with what the selections on them come to together.
   * @param isRoot of the root there is no object: its fields are counted by their names alone
   */
  object(type: GraphQLObjectType, selections: readonly SelectionSetNode[], isRoot = false): Complete {
    const wanted = new Map<string, FieldNode[]>()
    for (const selection of selections) this.#collect(type, selection, wanted)
    const fields = [...wanted].map(([key, nodes]) => this.#field(type, key, nodes))
    const bytes = [...wanted.keys()].reduce((sum, key) => sum + key.length + bytesPerField, 0)
    return (run, source) => {
      if (isRoot) run.size.addBytes(bytes)
      else run.size.addObject(bytes)
      const object: Record<string, unknown> = {}
      for (const field of fields) field(run, source, object)
      return object
    }
  }

  #collect(type: GraphQLObjectType, selection: SelectionSetNode, into: Map<string, FieldNode[]>): void {
    for (const node of selection.selections) {
      if (node.directives && node.directives.length > 0) throw unplanned
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value
        const before = into.get(key)
        if (before) before.push(node)
        else into.set(key, [node])
        continue
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node
      if (!fragment) throw unplanned
      if (this.#appliesTo(type, fragment.typeCondition?.name.value)) this.#collect(type, fragment.selectionSet, into)
    }
  }

  #appliesTo(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true
    const other = this.schema.getType(condition)
    return isAbstractType(other) && this.schema.isSubType(other, type)
  }

  #field(type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): FieldPlan {
    const [node] = nodes as [FieldNode]
    this.#fields += 1
    if (this.#fields > fieldsMax) throw unplanned
    // An answer that is to have a property of this name needs an object made for it.
    if (key === '__proto__') throw unplanned
    const name = node.name.value
    if (name === '__typename') return (_run, _source, into) => (into[key] = type.name)
    const field = type.getFields()[name]
    if (!field || field.extensions.recorded) throw unplanned
    const complete = this.#value(field.type, nodes)
    if (!field.resolve) {
      return (run, source, into) => {
        const value = (source as Record<string, unknown>)[name]
        if (typeof value === 'function') throw unplanned
        checkPresent(value)
        into[key] = complete(run, value)
      }
    }
    const info = this.#infoOf(type, field, nodes)
    const plan = resolving(uncounted(field.resolve), this.#arguments(field, node), info, key, complete)
    const points = pointsOf(field)
    if (points === 0) return plan
    return (run, source, into) => {
      run.size.addPoints(points)
      plan(run, source, into)
    }
  }

  /** What a resolver learns of its place; never where in the answer it is, which differs from object to object. */
  #infoOf(parentType: GraphQLObjectType, field: GraphQLField<unknown, unknown>, fieldNodes: readonly FieldNode[]) {
    const { schema, operation } = this
    const info = { fieldName: field.name, fieldNodes, returnType: field.type, parentType, schema, operation }
    return Object.freeze(info) as unknown as GraphQLResolveInfo
  }

  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode): (run: PlanRun) => Record<string, unknown> {
    if (!usesVariables(node)) {
      const fixed = getArgumentValues(field, node)
      return () => fixed
    }
    const number = this.#fieldsWithArguments
    this.#fieldsWithArguments += 1
    return (run) => {
      run.args[number] ??= getArgumentValues(field, node, run.variables)
      return run.args[number] as Record<string, unknown>
    }
  }

  #value(type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
    const mayLack = !isNonNullType(type)
    const complete = this.#present(mayLack ? type : type.ofType, nodes)
    return (run, value) => {
      if (value === null || value === undefined) {
        if (mayLack) return null
        throw unplanned
      }
      if (typeof value === 'object' && value instanceof Error) throw unplanned
      return complete(run, value)
    }
  }

  #present(type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
    if (isLeafType(type)) {
      return (run, value) => {
        const said = type.serialize(value)
        if (said === null || said === undefined) throw unplanned
        run.size.addValue(said)
        return said
      }
    }
    if (isListType(type)) {
      const complete = this.#value(type.ofType, nodes)
      return (run, value) => {
        if (!Array.isArray(value)) throw unplanned
        if (value.some(isPromise)) {
          value.forEach(disregard)
          throw unplanned
        }
        return run.completeItems(value, complete)
      }
    }
    if (isNonNullType(type) || isAbstractType(type)) throw unplanned
    return this.object(
      type,
      nodes.map(({ selectionSet }) => selectionSet as SelectionSetNode),
    )
  }
}

/** A field with a resolver. What it promises is filled in when it comes; its place in the order is taken at once. */
function resolving(
  resolve: GraphQLFieldResolver<unknown, Answering>,
  args: (run: PlanRun) => Record<string, unknown>,
  info: GraphQLResolveInfo,
  key: string,
  complete: Complete,
): FieldPlan {
  return (run, source, into) => {
    const value: unknown = resolve(source, args(run), run.context, info)
    if (!isPromise(value)) {
      into[key] = complete(run, value)
      return
    }
    into[key] = null
    run.whenCome(value, (come) => {
      into[key] = complete(run, come)
    })
  }
}

/** What is promised where a plan expects the thing itself is left to the executor, and its failure is handled there. */
function checkPresent(value: unknown): void {
  if (!isPromise(value)) return
  disregard(value)
  throw unplanned
}

const disregard = (value: unknown) => void Promise.resolve(value).catch(() => undefined)

/** Whether a variable stands anywhere in the arguments of a field. */
function usesVariables(node: FieldNode): boolean {
  const inValue = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    ((value as { kind?: string }).kind === Kind.VARIABLE ||
      Object.entries(value).some(([key, inner]) => key !== 'loc' && inValue(inner)))
  return (node.arguments ?? []).some(({ value }) => inValue(value))
}
