import { type Fault, timedOut, tooLarge } from '../access/faults.js'
import { eventLoopTurn } from './event-loop.js'

/** The hard end of one operation. */
export interface AnswerLimits {
  /** Objects completed, each as often as it stands in the answer. */
  objects: number
  /** Bytes of the answer's JSON, nearly: what stands in quotation marks is counted, escapes are not. */
  bytes: number
}

export const answerLimits: AnswerLimits = { objects: 50_000, bytes: 10 * 1024 * 1024 }

/** Beyond so many characters a text is measured in bytes; counting the characters of a shorter one is cheaper. */
const shortText = 64
/** The clock is looked at once for so many objects (a power of two). */
const objectsPerLook = 64
/** A failed field makes an error, which costs as much as some objects. */
const objectsPerFailure = 10
/** Of a field in JSON beside its name and a text: quotation marks, colon, comma, a number or truth value. */
export const bytesPerField = 6

/**
 * How much one operation has answered so far: counted while its objects are completed, by plan and executor alike, with a
 * hard end. The static cost of a document (limits.ts) is what it could come to at most; this is what it comes to.
 */
export class AnswerSize {
  #objects = 0
  #bytes = 0
  #points = 0
  #end: Fault | null = null
  #until: number

  /** @param timeMs how long an answer may take, from now on, also where nothing is read from the database */
  constructor(
    private readonly limits: AnswerLimits,
    private readonly timeMs: number,
  ) {
    this.#until = performance.now() + timeMs
  }

  get objects(): number {
    return this.#objects
  }

  /** What was answered comes to, in points (point-costs.ts): an object is one, and fields that cost more say so. */
  get points(): number {
    return this.#objects + this.#points
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Why nothing more is answered; null while there is room. */
  get end(): Fault | null {
    return this.#end
  }

  /** Whether others are to have the event loop first. */
  get mustPause(): boolean {
    return eventLoopTurn.isOver
  }

  /** @throws Fault TOO_LARGE, TIMED_OUT once the operation has come to its end */
  checkEnd(): void {
    if (this.#end) throw this.#end
  }

  /**
   * Counts an object that is completed now.
   * @param bytes of the names of its fields, where they are not counted one by one
   * @throws Fault TOO_LARGE, TIMED_OUT
   */
  addObject(bytes: number): void {
    if (this.#end) throw this.#end
    this.#objects += 1
    this.#bytes += bytes
    if (this.#objects > this.limits.objects || this.#bytes > this.limits.bytes) this.#stop()
    if ((this.#objects & (objectsPerLook - 1)) === 0) this.#look()
  }

  /** Counts a scalar: numbers and truth values are counted with their names. @throws Fault TOO_LARGE */
  addValue(value: unknown): void {
    if (typeof value === 'string') this.addBytes(value.length > shortText ? Buffer.byteLength(value) : value.length)
  }

  /** Counts what else stands in the answer, such as the name of a field. @throws Fault TOO_LARGE */
  addBytes(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.limits.bytes) this.#stop()
  }

  /** Counts what a field that is resolved now costs beside the objects it answers (`pointsOf`). */
  addPoints(points: number): void {
    this.#points += points
  }

  /** Counts a field that failed. @throws Fault TOO_LARGE, TIMED_OUT */
  addFailure(): void {
    for (let one = 0; one < objectsPerFailure; one += 1) this.addObject(bytesPerField)
  }

  /** An act is done, which may have taken as long as it needed: its answer has its time from now on. */
  restartClock(): void {
    this.#until = performance.now() + this.timeMs
  }

  /** The answer is given up and made anew, unless it has come to its end: then the next attempt is told so at once. */
  startOver(): void {
    if (this.#end) return
    this.#objects = 0
    this.#bytes = 0
    this.#points = 0
  }

  #stop(): never {
    this.#end ??= tooLarge(this.limits)
    throw this.#end
  }

  #look(): void {
    const now = performance.now()
    eventLoopTurn.check(now)
    if (now <= this.#until) return
    this.#end ??= timedOut()
    throw this.#end
  }
}

/** What completes an answer, plan or executor, needs of a request. */
export interface Answering {
  readonly answer: AnswerSize
}
