import type { Readable } from 'node:stream'
import type { Claims } from '../access/actor.js'
import type { FileStorage } from '../files/storage.js'
import type { CheckpointSigner } from '../store/checkpoints.js'

/** Makes access tokens. */
export interface TokenIssuer {
  /** Knows the present key afterwards. To be asked before a transaction is opened: it may read the database itself. */
  ready(): Promise<void>
  sign(claims: Claims): { token: string; expiresAt: Date }
}

export interface PasswordHasher {
  /**
   * Does work that hashes passwords when it is the caller's turn: few at a time, in a bounded line. To be asked before
   * anything else is done for the caller, who waits without holding anything.
   * @param caller whose work is counted together: the network a request comes from
   * @throws Fault UNAVAILABLE when too many wait already, or the wait is too long
   */
  inTurn<T>(caller: string, work: () => Promise<T>): Promise<T>
  hash(password: string): Promise<string>
  /** @param hash null for an account that does not exist: takes as long, and is false */
  verify(hash: string | null, password: string): Promise<boolean>
}

/** Where the service writes what it did; pino's loggers are such. */
export interface Journal {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Where files are kept, and how people reach them. */
export interface Files {
  storage: FileStorage
  /** Looks for malware in what is brought; null where none was set. */
  scanner: Scanner | null
  /** The address of the service, to which the paths of uploads and downloads are added. */
  publicUrl: string
  /** The most bytes that one file has. */
  byteCountMax: number
}

/** Looks for malware in a file. */
export interface Scanner {
  /**
   * @param breakOff aborted where no result is waited for any more
   * @throws where the scanner is away or does not say: that is not the same as finding nothing
   */
  scan(file: Readable, breakOff?: AbortSignal): Promise<{ isInfected: boolean; signature: string | null }>
  /** Breaks off what is being scanned. */
  close(): void
}

/** What acts use beside the database: made once at the start, replaceable in tests. */
export interface Services {
  tokens: TokenIssuer
  passwords: PasswordHasher
  checkpoints: CheckpointSigner
  files: Files
  /** So many bytes that no one can foretell: what is drawn by lot follows from them. */
  dice: (bytes: number) => Buffer
  log: Journal
}
