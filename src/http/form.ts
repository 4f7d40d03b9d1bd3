import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import busboy from 'busboy'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../kernel/access/faults.js'
import { limits } from '../kernel/execute/limits.js'
import { FileOnItsWay, type SentFile } from '../kernel/schema/sent-file.js'
import { jsonFault } from './body.js'

const pieceBytes = 64 * 1024
/** The parser's own words may repeat what was sent. */
const unreadable = 'The form cannot be read: it is malformed, or breaks off.'

/** What is wrong with a form, for the caller to mend, with the status of the answer. */
export class FormFault extends Fault {
  constructor(
    readonly status: 400 | 413 | 499,
    message: string,
  ) {
    super('BAD_USER_INPUT', message)
  }
}

/** What a form asks for. */
export interface FormOperation {
  /** With the file on its way in its place. */
  operation: object
  /** To be called when the operation is done: no more is taken, and the file is gone. */
  dispose(): void
}

/**
 * Reads a form that holds an operation and at most one file, which goes to one place in it (GraphQL multipart request).
 * Answers as soon as it is known where the file goes: who may not send one need not be listened to until its end. Who goes
 * away before the file is there breaks it off; later, what is done with it comes to its own end.
 * @throws FormFault or, once it has answered, rejects for the operation that waits for the file
 */
export async function operationIn(
  request: FastifyRequest['raw'],
  response: FastifyReply['raw'],
): Promise<FormOperation> {
  const parser = parserFor(request.headers)
  const form = new Form()
  return new Promise((resolve, reject) => {
    const end = (fault: Error) => {
      form.end(fault)
      reject(fault)
      request.unpipe(parser)
      parser.destroy()
      // What still comes is discarded. Not at once: the caller that sends a piece just now stops the request after it.
      setImmediate(() => request.resume())
    }
    // A fault is the caller's. Thrown out of an event, it would end the process, and with it the requests of all callers.
    const trying = (work: () => void) => {
      try {
        work()
      } catch (fault) {
        end(fault as Error)
      }
    }
    parser.on('field', (name, text, { valueTruncated }) =>
      trying(() => {
        if (valueTruncated) throw new FormFault(413, `A field of the form has more than ${limits.bodyBytes} bytes.`)
        if (name === 'operations') form.takeOperation(text)
        if (name !== 'map') return
        resolve({ operation: form.takePlace(text), dispose: () => end(new FormFault(499, 'The request is over.')) })
      }),
    )
    parser.on('file', (name, bytes, { filename }) => {
      // That it breaks off is reported by the parser as well.
      bytes.on('error', () => undefined)
      trying(() => form.takeFile(name, bytes, filename))
    })
    parser.on('filesLimit', () => end(new FormFault(400, 'A form brings one file at most.')))
    parser.on('error', () => end(new FormFault(400, unreadable)))
    parser.on('finish', () => trying(() => form.checkWhole()))
    const breakOff = () => {
      if (!form.isThere) end(new FormFault(499, 'The request broke off.'))
    }
    // A caller who left before this was listened for is not reported any more.
    if (response.closed) return breakOff()
    response.once('close', breakOff)
    request.pipe(parser)
  })
}

function parserFor(headers: FastifyRequest['raw']['headers']): busboy.Busboy {
  try {
    return busboy({
      headers,
      defParamCharset: 'utf8',
      limits: { fieldSize: limits.bodyBytes, fields: 2, fileSize: limits.fileBytes, files: 1 },
    })
  } catch {
    throw new FormFault(400, unreadable)
  }
}

/** What has come of a form so far. */
class Form {
  /** Whether the whole file lies on disk. */
  isThere = false
  readonly #file = new FileOnItsWay()
  readonly #over = new AbortController()
  #operation: object | null = null
  /** The name of the field that brings the file; null where none does. */
  #field: string | null | undefined
  #brought = false

  takeOperation(text: string): void {
    const operation = parsed('operations', text)
    if (Array.isArray(operation)) throw new FormFault(400, 'A form holds one operation, not a list.')
    this.#operation = operation
  }

  /** @returns the operation, with the file on its way in its place */
  takePlace(text: string): object {
    if (!this.#operation) throw new FormFault(400, 'The field ‘map’ must follow ‘operations’.')
    const [first, ...more] = Object.entries(parsed('map', text))
    if (more.length > 0) throw new FormFault(413, 'A form brings one file at most.')
    this.#field = first?.[0] ?? null
    if (first) put(this.#operation, first[1], this.#file)
    return this.#operation
  }

  takeFile(field: string, bytes: Readable & { truncated?: boolean }, filename = ''): void {
    if (this.#field === undefined) throw new FormFault(400, 'Files must follow the field ‘map’.')
    if (field !== this.#field) {
      bytes.resume()
      return
    }
    this.#brought = true
    fileOnDisk(bytes, filename, this.#over.signal).then((file) => {
      this.isThere = true
      this.#file.arrive(file)
    }, this.#file.fail)
  }

  checkWhole(): void {
    if (!this.#operation) throw new FormFault(400, 'The form has no field ‘operations’.')
    if (this.#field === undefined) throw new FormFault(400, 'The form has no field ‘map’.')
    if (!this.#brought) this.#file.fail(new FormFault(400, 'The form does not bring the file.'))
  }

  /** Nothing more is taken, and nothing is kept. */
  end(fault: Error): void {
    this.#file.fail(fault)
    this.#over.abort(fault)
  }
}

function parsed(field: string, text: string): object {
  const fault = jsonFault(text)
  if (fault) throw new FormFault(400, `The field ‘${field}’ ${fault}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new FormFault(400, `The field ‘${field}’ is not JSON.`)
  }
  if (typeof value !== 'object' || value === null) throw new FormFault(400, `The field ‘${field}’ is not an object.`)
  return value
}

/** Puts the file where the form says: to one place that there is, so that it is never put into itself. */
function put(operation: object, places: unknown, file: FileOnItsWay): void {
  const [place, ...more] = Array.isArray(places) ? places : []
  const names = typeof place === 'string' && more.length === 0 ? place.split('.') : []
  const last = names.pop() ?? ''
  let within: unknown = operation
  for (const name of names) within = has(within, name) ? within[name] : null
  if (!has(within, last)) throw new FormFault(400, 'A file goes to one place that stands in the operation, as null.')
  Object.defineProperty(within, last, { value: file })
}

const has = (value: unknown, name: string): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)

/** Keeps a file on disk as it comes, until `over`: under no name, so that no other process finds it and it is gone with this one. */
async function fileOnDisk(
  bytes: Readable & { truncated?: boolean },
  filename: string,
  over: AbortSignal,
): Promise<SentFile> {
  const path = join(tmpdir(), `fieldwork-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  try {
    await rm(path)
    await writeFile(file, bytes, { signal: over })
    if (bytes.truncated) throw new FormFault(413, `The file has more than ${limits.fileBytes} bytes.`)
    over.throwIfAborted()
  } catch (error) {
    await file.close()
    throw over.aborted ? over.reason : error
  }
  over.addEventListener('abort', () => void file.close())
  return { filename, createReadStream: () => Readable.from(piecesOf(file, over)) }
}

async function* piecesOf(file: FileHandle, over: AbortSignal): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    // Closed by then: an operation that still reads gets the reason, and it is no internal error.
    over.throwIfAborted()
    const { bytesRead, buffer } = await file.read({ position, buffer: Buffer.allocUnsafe(pieceBytes) })
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
