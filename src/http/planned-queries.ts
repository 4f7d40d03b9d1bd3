import type { ApolloServerPlugin } from '@apollo/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Context } from '../kernel/execute/context.js'
import { PlanCache } from '../kernel/execute/plan/plan-cache.js'
import { priceIn } from './admission.js'
import { sendAnswer } from './compression.js'

/** A query in a request that a plan may answer. */
interface CachedQuery {
  text: string
  operationName: string | null
  variables: Record<string, unknown>
  contentType: string
}

/** How many texts by which callers say what they accept. */
const acceptedMax = 100

/**
 * Answers cached queries by their plans, past Apollo. Apollo parses, validates and answers each query when it first comes, and all
 * that is not a cached query of a caller who is signed in, and all that a plan gives up.
 */
export class PlannedQueries {
  readonly #plans = new PlanCache()
  /** What Apollo chose to answer with, by what the caller accepts. */
  readonly #contentTypes = new LRUCache<string, string>({ max: acceptedMax })

  /** @returns whether the request is answered; if not, Apollo is to answer: it says what is wrong, if anything is */
  async answer(request: FastifyRequest, reply: FastifyReply, context: Context): Promise<boolean> {
    const query = context.claims && this.#cachedQueryIn(request)
    if (!query) return false
    const data = await this.#plans.answer(context, query.text, query.operationName, query.variables)
    if (!data) return false
    const { cost, entry } = context.request
    const text = `${JSON.stringify({ data, ...priceIn(cost.state) })}\n`
    sendAnswer(reply.header('content-type', query.contentType), text, entry)
    return true
  }

  /** By POST and as JSON: a page elsewhere cannot send that. */
  #cachedQueryIn({ method, headers, body }: FastifyRequest): CachedQuery | null {
    if (method !== 'POST' || !/^application\/json(;|$)/.test(headers['content-type'] ?? '') || !isRecord(body))
      return null
    const { query: text, operationName = null, variables, extensions } = body
    if (typeof text !== 'string' || !(operationName === null || typeof operationName === 'string')) return null
    const [given, more] = [variables ?? {}, extensions ?? {}]
    if (!isRecord(given) || !isRecord(more) || more.persistedQuery) return null
    const contentType = this.#contentTypes.get(headers.accept ?? '')
    if (!contentType || !this.#plans.has(text, operationName)) return null
    return { text, operationName, variables: given, contentType }
  }

  /** Keeps the content type with which Apollo answered a caller who is signed in. */
  noteAnswered(request: FastifyRequest, reply: FastifyReply): void {
    const contentType = reply.getHeader('content-type')
    if (reply.statusCode !== 200 || typeof contentType !== 'string') return
    this.#contentTypes.set(request.headers.accept ?? '', contentType)
  }

  /** Plans what Apollo has found valid and hands to the executor. Nothing is planned for callers who are not signed in. */
  readonly planning: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      executionDidStart: async ({ request, schema, source, document, operation, contextValue }) => {
        if (!contextValue.claims || !operation) return
        this.#plans.add(source, request.operationName ?? null, { schema, document, operation })
      },
    }),
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
