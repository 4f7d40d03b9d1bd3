import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Claims } from '../kernel/access/actor.js'
import { Fault, unauthenticated, unavailable } from '../kernel/access/faults.js'
import { limits } from '../kernel/execute/limits.js'
import { answerFault, retryAfterSeconds } from './admission.js'

/**
 * Bodies are held in memory from their first byte to the answer, and parsed in one go: so many bytes of them at once in the
 * process, and few of any caller who is not signed in, who has nothing long to say. Files come another way and are not counted.
 */
export class Bodies {
  #bytes = 0

  /**
   * Takes a body in before it is read, by the length it says it has.
   * @returns whether it is taken in; if not, that is answered
   */
  takesIn(request: FastifyRequest, reply: FastifyReply, claims: Claims | null): boolean {
    const bytes = lengthOf(request)
    if (!claims && bytes === null) {
      answerFault(reply, 411, new Fault('BAD_USER_INPUT', 'Say how long the body is: send a content-length.'))
      return false
    }
    if (!claims && (bytes ?? 0) > limits.strangersBodyBytes) {
      answerFault(reply, 401, unauthenticated())
      return false
    }
    // A longer one is refused as soon as it is known to be.
    const held = Math.min(bytes ?? limits.bodyBytes, limits.bodyBytes)
    if (this.#bytes + held > limits.bodiesBytes) {
      answerFault(reply.header('retry-after', retryAfterSeconds), 503, unavailable())
      return false
    }
    this.#bytes += held
    reply.raw.once('close', () => {
      this.#bytes -= held
    })
    return true
  }
}

/** Null where a body comes without saying how long it is. */
function lengthOf({ headers }: FastifyRequest): number | null {
  if (headers['content-length'] !== undefined) return Number(headers['content-length'])
  return headers['transfer-encoding'] === undefined ? 0 : null
}
