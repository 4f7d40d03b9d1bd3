import type { ApolloServerPlugin } from '@apollo/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Context } from '../kernel/execute/context.js'
import type { RequestCost } from '../kernel/execute/cost.js'
import { checkLimits, limits } from '../kernel/execute/limits.js'
import { type Plan, planOf } from '../kernel/execute/plan/plan.js'
import { priceIn } from './admission.js'
import { sendAnswer } from './compression.js'

/** A question that Apollo has parsed, validated and weighed. */
interface Known {
  plan: Plan
  operation: OperationDefinitionNode
  /** The variables as the operation takes them; throws where they do not fit, or make it too dear. */
  allowed(variables: Record<string, unknown>, cost: RequestCost): Record<string, unknown>
}

/** A known question as it is asked now. */
interface Question {
  known: Known
  variables: Record<string, unknown>
  contentType: string
}

/** So many characters of questions are kept, the latest asked; a short one counts as so many: a hundred at most. */
const kept = { chars: 300_000, each: 3_000 } as const
/** How many texts by which callers say what they accept. */
const acceptedMax = 100

/**
 * Questions that were asked before, with their plans. A new one goes through Apollo and is answered by the executor of
 * graphql-js; from then on the same text is answered by its plan, past both. Apollo judges as before: it answers all that is
 * not a known question of somebody who is signed in, and all that a plan gives up. What strangers send is not thought through.
 */
export class PlannedQueries {
  /** False for one that no plan can answer. */
  readonly #known = new LRUCache<string, Known | false>({
    maxSize: kept.chars,
    sizeCalculation: (_, key) => Math.max(key.length, kept.each),
  })
  /** What Apollo chose to answer with, by what the caller accepts. */
  readonly #contentTypes = new LRUCache<string, string>({ max: acceptedMax })

  /**
   * Answers a request when it is for a plan to do so.
   * @param contextOf makes the context of the request
   * @returns whether it is answered; if not, Apollo is to answer: it says what is wrong, if anything is
   */
  async answer(request: FastifyRequest, reply: FastifyReply, contextOf: () => Promise<Context>): Promise<boolean> {
    const question = this.#questionIn(request)
    if (!question) return false
    const context = await contextOf()
    if (!context.claims) return false
    const { plan, operation, allowed } = question.known
    const { entry } = context.request
    const variables = await attempt(() => allowed(question.variables, context.request.cost))
    if (!variables) return false
    const given = await attempt(() => context.attempt((own) => plan.answer(own, variables)))
    if (!given) return false
    await context.end()
    context.settle()
    entry.take(operation)
    const text = `${JSON.stringify({ data: given, ...priceIn(context.request.cost.state) })}\n`
    sendAnswer(reply.header('content-type', question.contentType), text, entry)
    return true
  }

  /** The question in a request, when only its variables are new. By POST and as JSON: a page elsewhere cannot send that. */
  #questionIn({ method, headers, body }: FastifyRequest): Question | null {
    if (method !== 'POST' || !/^application\/json(;|$)/.test(headers['content-type'] ?? '') || !isRecord(body))
      return null
    const { query, operationName = null, variables, extensions } = body
    if (typeof query !== 'string' || !(operationName === null || typeof operationName === 'string')) return null
    const [given, more] = [variables ?? {}, extensions ?? {}]
    if (!isRecord(given) || !isRecord(more) || more.persistedQuery) return null
    const known = this.#known.get(keyOf(query, operationName))
    const contentType = this.#contentTypes.get(headers.accept ?? '')
    return known && contentType ? { known, variables: given, contentType } : null
  }

  /** Remembers how Apollo answered somebody who is signed in. */
  noteAnswered(request: FastifyRequest, reply: FastifyReply): void {
    const contentType = reply.getHeader('content-type')
    if (reply.statusCode !== 200 || typeof contentType !== 'string') return
    this.#contentTypes.set(request.headers.accept ?? '', contentType)
  }

  /** Gets to know what Apollo has found in order and hands to the executor. */
  readonly learning: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      executionDidStart: async ({ request, schema, source, document, operation, contextValue }) => {
        if (!contextValue.claims || source.length > limits.keptChars || !operation) return
        const key = keyOf(source, request.operationName ?? null)
        if (this.#known.get(key) !== undefined) return
        const plan = planOf(schema, document, operation.name?.value ?? null)
        const allowed: Known['allowed'] = (variables, cost) =>
          checkLimits(schema, document, operation, variables, (points, isCounted) =>
            cost.chargeEstimate(points, isCounted),
          )
        this.#known.set(key, plan ? { plan, operation, allowed } : false)
      },
    }),
  }
}

/** The length of the name tells it from the text: both may hold any character. */
const keyOf = (text: string, operationName: string | null): string =>
  `${operationName?.length ?? ''}:${operationName ?? ''}${text}`

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What comes of it; null where it fails: then Apollo says why. */
async function attempt<T>(work: () => T | Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch {
    return null
  }
}
