import type { Journal } from '../../kernel/execute/services.js'
import type { Database } from '../../kernel/store/database.js'
import { checkpointKeys } from './checkpoint-keys.js'
import { noteKey, presentKeyId, type Unnoted } from './service-keys.js'
import { tokenKeys } from './signing-keys.js'
import type { Tokens } from './tokens.js'

/** How often a service looks whether a key is too old, or not noted everywhere. */
const pauseMs = 3_600_000

/**
 * Replaces the key that signs tokens when it is too old, and notes changes of keys in the trails of the firms: at start and from
 * time to time, while no request waits for it. What fails is logged and tried again; the present key goes on signing.
 */
export class KeyCare {
  /** By table: the key that every firm's trail names. */
  readonly #noted = new Map<string, string | null>()
  readonly #ending = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> = Promise.resolve()

  constructor(
    private readonly database: Database,
    private readonly tokens: Tokens,
    private readonly log: Journal,
  ) {}

  /** Begins the first round at once and does not wait for its end. */
  start(everyMs = pauseMs): void {
    const next = () => {
      this.#round = this.#round.then(() => this.round())
    }
    next()
    this.#timer = setInterval(next, everyMs).unref()
  }

  /** Begins no further round, and waits for the firm at which the present one is. */
  async stop(): Promise<void> {
    this.#ending.abort()
    clearInterval(this.#timer)
    await this.#round
  }

  /** Never fails. */
  async round(): Promise<void> {
    if (this.#ending.signal.aborted) return
    try {
      await this.tokens.replaceOldKey()
    } catch (error) {
      this.log.error({ err: error }, 'the key that signs tokens could not be replaced: the present one goes on signing')
    }
    for (const kind of [{ ...tokenKeys, keptSeconds: 0 }, checkpointKeys]) {
      try {
        const present = await presentKeyId<{ kid: string }>(this.database, kind)
        if (this.#noted.get(kind.table) === present) continue
        const unnoted = await noteKey(this.database, kind, this.#ending.signal)
        if (unnoted.length === 0) this.#noted.set(kind.table, present)
        logUnnoted(this.log, kind.table, unnoted)
      } catch (error) {
        this.log.error({ err: error, keys: kind.table }, 'the change of a key could not be noted')
      }
    }
  }
}

/** Says which firms' trails do not record the present key yet. */
function logUnnoted(log: Pick<Journal, 'error'>, keys: string, unnoted: readonly Unnoted[]): void {
  for (const { firmId, error } of unnoted) {
    log.error(
      { err: error, firmId, keys },
      'the change of a key could not be noted in the trail of a firm: it will be tried again',
    )
  }
}
