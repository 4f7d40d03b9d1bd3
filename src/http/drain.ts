import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    drain: Drain
  }
}

/** Without a request for so long, callers have gone elsewhere; what a connection has not sent by then, it does not send. */
const quietMs = 500
const checkMs = 20
/**
 * When the listener can be closed: no connection has come for a while; or, where they have kept coming for too long, one turn
 * of the event loop found none. The turn is a short one: what came while it went on was not looked at.
 */
const moment = { withoutMs: 25, keptComingMs: 250, turnMs: 0.1, longestMs: 1_000 } as const
/** They come from balancers for as long as the process lives, and say nothing of callers. */
const probes: readonly (string | undefined)[] = ['/healthz', '/readyz']

/**
 * How the service ends without failing a request. While it drains each answer closes its connection and `/readyz` says
 * 503, so that callers go elsewhere, and those who come nevertheless are answered. The listener closes when no request has
 * come for a while: on a connection that the kernel has taken for a listener and that was not accepted, a caller may have
 * sent a request already, and would get a reset.
 */
export class Drain {
  #isDraining = false
  #inFlight = 0
  #lastRequestAt = Number.NEGATIVE_INFINITY
  #acceptedAt = Number.NEGATIVE_INFINITY
  #deadline: number | null = null
  /** Set while the listener is about to close. */
  #closing: Promise<void> | null = null
  readonly #sockets = new Set<FastifyRequest['socket']>()

  constructor(private readonly app: FastifyInstance) {
    app.server.on('connection', (socket) => {
      this.#acceptedAt = performance.now()
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    app.addHook('onRequest', async (request, reply) => {
      await this.#closing
      if (probes.includes(request.routeOptions.url)) return
      this.#inFlight += 1
      reply.raw.once('close', () => {
        this.#inFlight -= 1
        this.#lastRequestAt = performance.now()
      })
    })
    app.addHook('onSend', async (_request, reply) => {
      if (this.#isDraining) reply.header('connection', 'close')
    })
    app.addHook('preClose', async () => {
      this.#isDraining = true
    })
  }

  get isDraining(): boolean {
    return this.#isDraining
  }

  /** How much of the time for stopping is left. */
  get remainingMs(): number {
    return Math.max(0, (this.#deadline ?? 0) - performance.now())
  }

  /**
   * Sends callers elsewhere and answers them until they have gone.
   * @param noticeMs for so long at least, even when no request comes: a balancer looks at `/readyz` from time to time
   * @param stopMs the time for stopping, which begins after that. Half of it at most is spent on callers who do not leave:
   * the other half is for requests under way.
   */
  async untilCallersLeft(noticeMs: number, stopMs: number): Promise<void> {
    this.#isDraining = true
    await pause(noticeMs)
    const begun = performance.now()
    this.#deadline = begun + stopMs
    while (!this.#isQuiet() && performance.now() < begun + stopMs / 2) await pause(checkMs)
  }

  /** Takes no more connections, and resolves when all requests are answered: broken off, where the time for stopping is over. */
  async close(stopMs: number): Promise<void> {
    this.#isDraining = true
    this.#deadline ??= performance.now() + stopMs
    this.#closing = this.#closeListener()
    await this.#closing
    this.app.log.info('no connection is accepted any more')
    const ending = setTimeout(() => this.app.server.closeAllConnections(), this.remainingMs)
    const silent = setTimeout(() => this.#endSilent(), quietMs)
    await this.app.close().finally(() => {
      clearTimeout(ending)
      clearTimeout(silent)
    })
  }

  #isQuiet(): boolean {
    return this.#inFlight === 0 && performance.now() - this.#lastRequestAt > quietMs
  }

  /**
   * Closes the listener right after a turn of the event loop that found no connection to accept. One that arrives between
   * that look and the closing, some microseconds later, is reset. Requests that come meanwhile wait for it: a busy process
   * accepts fewer connections than come in, as each turn accepts one, and there would be no such moment.
   */
  async #closeListener(): Promise<void> {
    const { server } = this.app
    if (!server.listening) return
    const begun = performance.now()
    for (let now = begun; now < begun + moment.longestMs; ) {
      const turnBegun = now
      await turn()
      now = performance.now()
      // Below zero where one was accepted in this turn.
      const withoutMs = turnBegun - this.#acceptedAt
      const enoughMs = now < begun + moment.keptComingMs ? moment.withoutMs : 0
      if (withoutMs > enoughMs && now - turnBegun < moment.turnMs) break
    }
    server.close()
  }

  /** Connections opened in advance, as browsers do: Node.js takes them for busy ones and would wait for their first request. */
  #endSilent(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy()
  }
}
