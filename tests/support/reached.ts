import {
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Outcome } from './trial.js'
import type { Way } from './ways-in.js'

const queries = ['ownQueries', 'answered'] as const
const mutations = ['ownMutations', 'done'] as const

/** Counts what a run has reached, so that it cannot go blind unnoticed. */
export class Reach {
  /** Things of the schema, and whether an answer has come that holds them. */
  readonly #seen = new Set<string>()
  readonly counts = {
    sent: 0,
    compared: 0,
    planned: 0,
    lasting: 0,
    ownQueries: 0,
    answered: 0,
    ownMutations: 0,
    done: 0,
  }
  readonly byWay: Partial<Record<Way, number>> = {}

  constructor(private readonly schema: GraphQLSchema) {}

  add(way: Way, { request, body, rightful, lasting, compared, planned }: Outcome): void {
    this.counts.sent += 1
    this.counts.compared += Number(compared)
    this.counts.planned += Number(planned)
    this.counts.lasting += Number(lasting)
    this.byWay[way] = (this.byWay[way] ?? 0) + 1
    for (const [, type] of JSON.stringify(body).matchAll(/"__typename":"(\w+)"/g)) this.#seen.add(type as string)
    const document = parse(request.query)
    const operation = document.definitions.find(
      (one) => one.kind === Kind.OPERATION_DEFINITION,
    ) as OperationDefinitionNode
    const answered = operation.selectionSet.selections.map((selection) => {
      if (selection.kind !== Kind.FIELD) return false
      const has = body?.data?.[selection.alias?.value ?? selection.name.value] != null
      if (has) this.#seen.add(selection.name.value)
      return has
    })
    if (answered.every(Boolean)) this.#noteInputs(document, request.variables)
    if (!rightful) return
    const [own, done] = operation.operation === 'query' ? queries : mutations
    this.counts[own] += 1
    const without = answered.every(Boolean) && !body.errors && Object.values(body.data).every(wasNotRefused)
    this.counts[done] += Number(without)
  }

  /** The root fields, object types and input types of the schema, and those that were never reached. */
  get all(): readonly string[] {
    const roots = [this.schema.getQueryType(), this.schema.getMutationType()]
    const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {}))
    const types = Object.values(this.schema.getTypeMap()).filter((type) => !type.name.startsWith('__'))
    const objects = types.filter((type) => isObjectType(type) && !roots.includes(type)).map(({ name }) => name)
    const inputs = types.filter(isInputObjectType).map(({ name }) => name)
    return [...fields, ...objects, ...inputs].sort()
  }

  get missing(): readonly string[] {
    return this.all.filter((name) => !this.#seen.has(name))
  }

  #noteInputs(document: ReturnType<typeof parse>, variables: Record<string, unknown>): void {
    const info = new TypeInfo(this.schema)
    const note = () => void this.#seen.add(getNamedType(info.getInputType())?.name ?? '')
    visit(
      document,
      visitWithTypeInfo(info, {
        ObjectValue: note,
        Variable: ({ name }) => this.#noteValue(getNamedType(info.getInputType())?.name, variables[name.value]),
      }),
    )
  }

  #noteValue(typeName: string | undefined, value: unknown): void {
    const type = this.schema.getType(typeName ?? '')
    if (!isInputObjectType(type) || value === null || typeof value !== 'object') return
    if (Array.isArray(value)) {
      for (const one of value) this.#noteValue(typeName, one)
      return
    }
    this.#seen.add(type.name)
    for (const field of Object.values(type.getFields())) {
      this.#noteValue(getNamedType(field.type).name, (value as Record<string, unknown>)[field.name])
    }
  }
}

/** A payload without errors; what is no payload has none. */
const wasNotRefused = (answer: unknown): boolean => ((answer as { errors?: unknown[] }).errors ?? []).length === 0
