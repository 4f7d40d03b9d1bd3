import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../cannot-start.js'

export interface ScanResult {
  isInfected: boolean
  /** What was found, by the scanner's own name for it. */
  signature: string | null
}

/** Nothing is known of the file: the scanner is away, silent, or answered an error such as that the file is too long for it. */
export class ScannerFailed extends Error {
  override readonly name = 'ScannerFailed'
  constructor(
    reason: string,
    /** The system's, or SCANNER_FAILED where the scanner itself has answered. */
    readonly code = 'SCANNER_FAILED',
  ) {
    super(`The virus scanner gave no result: ${reason}`)
  }
}

const replyBytesMax = 4096

/**
 * Has files scanned by clamd, the server of ClamAV, over TCP. Each is sent to it as it is read (the command INSTREAM), no
 * faster than clamd takes it: a large file is never held in memory, and clamd needs no access to the storage.
 */
export class ClamdScanner {
  readonly #open = new Set<Socket>()

  /** @param settings `timeoutMs`: for how long the scanner may be silent; it is while it looks through what it was sent */
  constructor(private readonly settings: { host: string; port: number; timeoutMs: number }) {}

  /**
   * @param breakOff aborted where no result is waited for any more
   * @throws ScannerFailed; and what the stream fails with. It is destroyed in any case.
   */
  async scan(stream: Readable, breakOff?: AbortSignal): Promise<ScanResult> {
    // Its errors are found when it is read; without a listener one before that would end the process.
    stream.on('error', () => undefined)
    let isWhole = false
    const onEnd = () => {
      isWhole = true
    }
    const reply = await this.#ask(inPieces(stream, onEnd), breakOff)
      // The connection is given up where the stream fails: that is the reason then.
      .catch((error) => Promise.reject(stream.errored ?? error))
      .finally(() => stream.destroy())
    if (!isWhole && !reply.endsWith('ERROR')) throw new ScannerFailed('it answered before it was sent the whole file.')
    const [, signature] = /^stream: (.{1,200}) FOUND$/.exec(reply) ?? []
    // What is beyond clamd's limits it has not looked through: it says so where AlertExceedsMax is set, and calls it clean otherwise.
    if (signature?.startsWith('Heuristics.Limits.Exceeded')) {
      throw new ScannerFailed(`it did not look through the whole file (${signature}).`)
    }
    if (signature !== undefined) return { isInfected: true, signature }
    // Nothing but this says that the file is clean.
    if (reply === 'stream: OK') return { isInfected: false, signature: null }
    throw new ScannerFailed(`it answered “${reply}”.`)
  }

  /** Whether the scanner can be reached and answers. @throws ScannerFailed */
  async check(): Promise<void> {
    const reply = await this.#ask(['zPING\0'])
    if (reply !== 'PONG') throw new ScannerFailed(`it answered “${reply}” to PING.`)
  }

  /** Breaks off what is being scanned. */
  close(): void {
    for (const socket of this.#open) socket.destroy(new ScannerFailed('it was broken off.'))
  }

  /** Sends all of it, as it is taken, and reads the reply. @throws ScannerFailed */
  async #ask(request: Iterable<string> | AsyncIterable<Buffer | string>, breakOff?: AbortSignal): Promise<string> {
    const { host, port, timeoutMs } = this.settings
    const socket = connect({ host, port, ...(breakOff && { signal: breakOff }) })
    this.#open.add(socket)
    socket.setTimeout(timeoutMs, () =>
      socket.destroy(new ScannerFailed(`it was silent for ${timeoutMs} ms.`, 'ETIMEDOUT')),
    )
    try {
      const reply = replyOf(socket)
      // Where the file fails the connection is given up; where the connection fails, `reply` says why.
      pipeline(Readable.from(request, { highWaterMark: 2 }), socket, { end: false }).catch((error) =>
        socket.destroy(error),
      )
      return await reply
    } finally {
      this.#open.delete(socket)
      socket.destroy()
    }
  }
}

/** The form in which clamd takes a stream: each piece with its length before it, and nothing at the end. */
async function* inPieces(stream: Readable, onEnd: () => void): AsyncIterable<Buffer | string> {
  yield 'zINSTREAM\0'
  for await (const piece of stream as AsyncIterable<Buffer>) {
    // A piece of no length would be the end.
    if (piece.length === 0) continue
    const length = Buffer.alloc(4)
    length.writeUInt32BE(piece.length)
    yield length
    yield piece
  }
  onEnd()
  yield Buffer.alloc(4)
}

/** All that comes until the scanner closes the connection, without the NUL behind it. @throws ScannerFailed */
async function replyOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= replyBytesMax) chunks.push(chunk)
    })
    socket.on('error', (error) => reject(failed(error)))
    socket.on('close', () => {
      const reply = Buffer.concat(chunks).toString('latin1').replace(/\0$/, '').trim()
      if (reply === '') reject(new ScannerFailed('it closed the connection.', 'ECONNRESET'))
      else resolve(reply)
    })
  })
}

/** What goes wrong with the connection, by the code of the system: it can be tried again. */
function failed(error: Error): ScannerFailed {
  if (error instanceof ScannerFailed) return error
  const code = errorCode(error) || 'ECONNRESET'
  return new ScannerFailed(`${error.message || code}.`, code)
}
