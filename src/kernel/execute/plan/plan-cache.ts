import { type DocumentNode, GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { Refusal } from '../../../rules/refusal.js'
import { Fault } from '../../access/faults.js'
import { outageOf } from '../../driver/outages.js'
import type { Context } from '../context.js'
import { limits } from '../limits.js'
import { checkOperation, operationAnswered } from '../operation.js'
import { type Plan, planOf } from './plan.js'
import { unplanned } from './plan-run.js'

/** An operation that was validated and handed to the executor. */
export interface ValidOperation {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
}

interface Planned extends ValidOperation {
  plan: Plan
  /** How often in a row the executor had to answer what the plan had read. */
  inVain: number
}

/** So often in a row: then the plan is given up, or each request would be read twice. */
const inVainMax = 5

/** So many characters of documents are kept, those used last; a short one counts as so many: a hundred at most. */
const kept = { chars: 300_000, each: 3_000 } as const

/** The plans of operations by their text. What plans answer and how they are kept equal to the executor stands in plan.ts. */
export class PlanCache {
  /** `none` of an operation that no plan can answer, or whose plan was given up: it is not planned again. */
  readonly #plans = new LRUCache<string, Planned | 'none'>({
    maxSize: kept.chars,
    sizeCalculation: (_, key) => Math.max(key.length, kept.each),
  })

  /** Whether there is a plan for this text. */
  has(text: string, operationName: string | null): boolean {
    const planned = this.#plans.get(keyOf(text, operationName))
    return planned !== undefined && planned !== 'none'
  }

  /** Plans an operation, unless that was tried before or its text is too long to be kept. */
  add(text: string, operationName: string | null, valid: ValidOperation): void {
    const key = keyOf(text, operationName)
    if (text.length > limits.keptChars || this.#plans.has(key)) return
    const plan = planOf(valid.schema, valid.document, valid.operation.name?.value ?? null)
    this.#plans.set(key, plan ? { ...valid, plan, inVain: 0 } : 'none')
  }

  /**
   * Answers an operation by its plan, in reads of its own.
   * @param variables as they were sent
   * @returns the `data`; null where there is no plan or it gives up: then the executor is to answer, and says what is wrong
   */
  async answer(
    context: Context,
    text: string,
    operationName: string | null,
    variables: Record<string, unknown>,
  ): Promise<Record<string, unknown> | null> {
    const key = keyOf(text, operationName)
    const planned = this.#plans.get(key)
    if (!planned || planned === 'none') return null
    const data = await attempt(context, planned, variables)
    if (planned.inVain >= inVainMax) this.#plans.set(key, 'none')
    if (data) await operationAnswered(context, [])
    return data
  }
}

/** The executor finds anew what fails here, and says it; but where the plan itself is wrong it finds nothing, so that is logged. */
async function attempt(context: Context, planned: Planned, variables: Record<string, unknown>) {
  let hasBegun = false
  try {
    const coerced = checkOperation(context.request, planned, variables)
    hasBegun = true
    const data = await context.attempt((own) => planned.plan.answer(own, coerced))
    planned.inVain = 0
    return data
  } catch (error) {
    if (hasBegun && !isOfRequest(error)) planned.inVain += 1
    if (!isForeseen(error)) {
      const facts = { err: error, requestId: context.request.id, operation: planned.operation.name?.value }
      context.services.log.warn(facts, 'a plan failed: the executor answers')
    }
    return null
  }
}

/** What says something of the caller or the moment, and nothing of the operation: others are answered by its plan. */
const isOfRequest = (error: unknown): boolean =>
  (error instanceof Fault && error.code !== 'TOO_LARGE') || error instanceof Refusal || outageOf(error) !== null

const isForeseen = (error: unknown): boolean =>
  error === unplanned || error instanceof Fault || error instanceof GraphQLError || isOfRequest(error)

/** The length of the name tells it from the text: both may hold any character. */
const keyOf = (text: string, operationName: string | null): string =>
  `${operationName?.length ?? ''}:${operationName ?? ''}${text}`
