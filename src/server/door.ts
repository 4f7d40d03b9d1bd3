import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    door: Door
  }
}

/**
 * How callers are turned away when the service is to end: no request that came in fails for it. From `turnAway` on each
 * answer closes its connection, so that whoever keeps connections open goes elsewhere with the next request; new ones
 * are still taken from those who have not noticed.
 */
export class Door {
  #closing = false

  constructor(private readonly app: FastifyInstance) {
    app.addHook('onSend', async (_request, reply) => {
      if (this.#closing) reply.header('connection', 'close')
    })
    app.addHook('preClose', async () => {
      this.#closing = true
    })
  }

  get isClosing(): boolean {
    return this.#closing
  }

  /** Gives callers time to notice, by `/readyz` and `connection: close`, before nobody is let in any more. */
  async turnAway(noticeMs: number): Promise<void> {
    this.#closing = true
    await pause(noticeMs)
  }

  /** Lets nobody in any more, and resolves when the last one is out: put out, where that takes longer than `patienceMs`. */
  async close(patienceMs: number): Promise<void> {
    const impatience = setTimeout(() => this.app.server.closeAllConnections(), patienceMs)
    await this.app.close().finally(() => clearTimeout(impatience))
  }
}
