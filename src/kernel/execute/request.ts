import type { Claims } from '../access/actor.js'
import type { Database } from '../store/database.js'
import type { AnswerSize } from './answer-size.js'
import type { RequestCost } from './cost.js'
import type { LogEntry } from './log-entry.js'
import type { Services } from './services.js'

/** What an action is given of the request beside its transaction. */
export interface RequestFacts {
  id: string
  /** The address the request came from. */
  address: string
  /** What answering it is charged to. */
  cost: RequestCost
  /** What the log says of it. */
  entry: LogEntry
}

/** One request: who makes it, of what service, and how much was answered of it so far. */
export interface Request extends RequestFacts {
  readonly database: Database
  /** What the caller's token says; null where no one is signed in. */
  readonly claims: Claims | null
  readonly services: Services
  readonly answer: AnswerSize
}
