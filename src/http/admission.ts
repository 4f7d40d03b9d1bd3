import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Claims } from '../kernel/access/actor.js'
import type { Fault } from '../kernel/access/faults.js'
import type { CostState } from '../kernel/execute/cost.js'
import { costs } from '../kernel/execute/point-costs.js'
import { type Share, type TurnLimits, Turns } from '../kernel/execute/turns.js'
import { type BudgetLimits, Budgets, type Charged } from './budget.js'
import { callerOf } from './caller.js'
import { turnOf } from './turns.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until it is known who asks. */
    charged: Charged | null
    /** The groups in whose turn its operation is done; null as well until then. */
    turn: readonly Share[] | null
  }
}

export interface AdmissionOptions {
  /** Points a minute (docs/limits.md); none when absent. */
  budgets?: BudgetLimits
  /** How many operations may be under way, shared out among firms and networks; any number when absent. */
  turns?: TurnLimits
}

/** What a body may have before its length is charged. */
const usualBodyBytes = 16_384

/** Which requests are taken on, and when: those that a budget still holds, in turn among firms and networks. */
export class Admission {
  readonly #budgets: Budgets
  readonly #turns: Turns | null

  constructor(app: FastifyInstance, { budgets, turns }: AdmissionOptions) {
    this.#budgets = new Budgets(budgets ?? { caller: null, firm: null })
    this.#turns = turns ? new Turns(turns) : null
    app.decorateRequest('charged', null)
    app.decorateRequest('turn', null)
    app.addHook('onSend', async ({ charged }, reply) => {
      if (charged) reply.headers(charged.headers())
    })
  }

  /** Finds the budgets of a request, and in whose turn it is done. */
  of(request: FastifyRequest, claims: Claims | null): Charged {
    const caller = callerOf(request, claims)
    request.charged = this.#budgets.of(caller)
    request.turn = turnOf(caller)
    return request.charged
  }

  /**
   * Charges what taking a request in costs, whatever becomes of it.
   * @param document what is to be parsed and checked
   * @returns whether it is taken in; if not, that is answered
   */
  takesIn(request: FastifyRequest, reply: FastifyReply, document: string): boolean {
    const bytes = Number(request.headers['content-length'] ?? 0)
    try {
      request.charged?.demand(
        costs.request +
          Math.ceil(document.length / costs.charactersPerPoint) +
          Math.floor(Math.max(0, bytes - usualBodyBytes) / costs.bytesPerPoint),
      )
      return true
    } catch (fault) {
      answerFault(reply, 429, fault as Fault)
      return false
    }
  }

  /** Does something when it is the caller's turn; where too many others come before, that is answered instead. */
  async inTurn({ turn }: FastifyRequest, reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
    const turns = this.#turns
    if (!turns || !turn) return work()
    try {
      await turns.begin(turn)
    } catch (fault) {
      return answerFault(reply.header('retry-after', retryAfterSeconds), 503, fault as Fault)
    }
    try {
      return await work()
    } finally {
      turns.end(turn)
    }
  }
}

/**
 * Charges what it costs to look up a file, and to note it: as a mutation, which it is.
 * @throws Fault RATE_LIMITED where a budget does not hold that
 */
export function chargeForFile(admission: Admission, request: FastifyRequest, claims: Claims): void {
  admission.of(request, claims).demand(costs.request + costs.mutation)
}

/** When to try again where nothing is wrong with the request. */
export const retryAfterSeconds = '5'

/** What an answer says of its price: nothing where no budget is set. */
export const priceIn = (state: CostState | null | undefined): { extensions?: { cost: CostState } } =>
  state ? { extensions: { cost: state } } : {}

/** A request that does not come as far as the operation, answered as GraphQL answers. */
export function answerFault(reply: FastifyReply, status: number, { message, code, facts }: Fault): FastifyReply {
  reply.request.entry.codes.add(code)
  const errors = [{ message, extensions: { code, ...facts } }]
  return reply.code(status).send({ errors, ...priceIn(reply.request.charged?.state) })
}
