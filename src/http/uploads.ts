import type { IncomingMessage } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import busboy from 'busboy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Evidence } from '../features/evidence/evidence.js'
import { receiveEvidence } from '../features/evidence/receive.js'
import { openTicket, type TicketContent } from '../features/evidence/upload-ticket.js'
import type { Services } from '../kernel/execute/services.js'
import { chunkBytes } from '../kernel/files/encryption.js'
import type { Database } from '../kernel/store/database.js'
import { type Admission, chargeForFile } from './admission.js'
import { AtOnce, uploadsAtOnce } from './at-once.js'
import { answerFileError, FileFault } from './file-errors.js'

export interface FileRoutes {
  database: Database
  services: Services
  /** Budgets and turns, which files have in common with operations. */
  admission: Admission
}

/** Of each sender so many bytes come in so long at least: a place is not kept for one byte a minute. */
const slowest = { bytes: 65_536, withinMs: 60_000 } as const
/** What a form holds beside its file, at most. */
const formBytes = 1_048_576
const formFields = 20
/** A sender of a refused file has so long to read why. */
const lingerMs = 5_000

/** Receives the files for which `createUpload` gave tickets: bytes by PUT, a form by POST. */
export function serveUploads(app: FastifyInstance, routes: FileRoutes, idleMs: number): void {
  const atOnce = new AtOnce(uploadsAtOnce, 'Too many files are being received just now. Send this one again shortly.')
  const receive =
    (sourceOf: (request: FastifyRequest) => Readable) => async (request: FastifyRequest, reply: FastifyReply) => {
      let end = () => {}
      try {
        const ticket = ticketFor(request, routes.database)
        chargeForFile(routes.admission, request, ticket.claims)
        end = atOnce.begin(ticket.claims)
        askFor(request, reply)
        const evidence = await receiving(routes, request, ticket, sourceOf)
        return reply.code(201).send({ evidence: shown(evidence) })
      } catch (error) {
        takeTheRest(request)
        return answerFileError(request, reply.header('connection', 'close'), error)
      } finally {
        end()
      }
    }
  const config = { takesFile: true }
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => limitIdleTime(request, reply, idleMs)
  app.put('/uploads/*', { config, onRequest, onSend: linger, handler: receive(bytesOf) })
  app.post('/uploads/*', { config, onRequest, onSend: linger, handler: receive(fileInForm) })
}

/** @throws FileFault for what is no ticket, has expired, or is for a smaller file than is announced */
function ticketFor(request: FastifyRequest, { secretBox }: Database): TicketContent {
  const { params, headers } = request
  const ticket = openTicket(secretBox, (params as { '*': string })['*'])
  if (!ticket) throw new FileFault(404, 'This is no address of an upload: create one.')
  if (ticket.expiresAt < Date.now()) throw new FileFault(410, 'The upload has expired: create another one.')
  request.claims = ticket.claims
  const announced = Number(headers['content-length'] ?? 0)
  const isForm = headers['content-type']?.startsWith('multipart/form-data')
  if (announced > ticket.byteCountMax + (isForm ? formBytes : 0)) throw FileFault.tooLarge(ticket.byteCountMax)
  return ticket
}

async function receiving(
  { database, services }: FileRoutes,
  request: FastifyRequest,
  ticket: TicketContent,
  sourceOf: (request: FastifyRequest) => Readable,
): Promise<Evidence> {
  const { files, log } = services
  const { raw } = request
  const breaking = new AbortController()
  const breakOff = () => {
    if (!isWhole(raw)) breaking.abort(new FileFault(499, 'The upload broke off.'))
  }
  if (raw.destroyed) breakOff()
  raw.once('close', breakOff)
  try {
    return await receiveEvidence({ database, files, log }, ticket, sourceOf(request), breaking.signal)
  } catch (error) {
    // What is read of a broken connection fails in words of its own.
    throw breaking.signal.aborted ? breaking.signal.reason : error
  }
}

/** What the sender is told of the file that was received; all else is read by its id. */
const shown = ({ id, fileName, byteCount, mediaType, sha256, state }: Evidence) => ({
  id,
  fileName,
  byteCount,
  mediaType,
  sha256,
  state,
})

/** Disconnects a sender from whom nothing comes, or too little for a place to be kept; once all is there, the service may take its time. */
function limitIdleTime({ raw }: FastifyRequest, reply: FastifyReply, idleMs: number): void {
  reply.raw.setTimeout(idleMs, () => raw.destroy())
  let before = 0
  const look = setInterval(() => {
    const { bytesRead = 0 } = raw.socket ?? {}
    if (bytesRead - before < slowest.bytes) raw.destroy()
    before = bytesRead
  }, slowest.withinMs).unref()
  raw.once('close', () => clearInterval(look))
  raw.once('end', () => {
    clearInterval(look)
    reply.raw.setTimeout(0, () => undefined)
  })
}

/** Whether all of the body has come. */
const isWhole = ({ complete, readableEnded }: IncomingMessage): boolean => complete || readableEnded

/** Whether the sender waits to be told to go on. */
const isAsking = ({ headers }: FastifyRequest): boolean => headers.expect !== undefined

/** Has a sender who waits for that go on. */
function askFor(request: FastifyRequest, reply: FastifyReply): void {
  if (!isAsking(request)) return
  reply.raw.writeContinue()
  delete request.headers.expect
}

/** What still comes of a refused file is thrown away. */
function takeTheRest({ raw }: FastifyRequest): void {
  raw.unpipe()
  raw.resume()
}

/**
 * Sends the answer to a refused file whole, and ends it when the file has ended, or after a moment: the connection is closed then, and
 * a sender to whom that happens while it still writes loses the answer.
 */
async function linger(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const { raw } = request
  const isSending = reply.statusCode >= 400 && !isWhole(raw) && !raw.destroyed
  if (!isSending || isAsking(request) || typeof payload !== 'string') return payload
  reply.header('content-length', Buffer.byteLength(payload))
  const answer = new Readable({ read: () => undefined })
  answer.push(payload)
  const end = () => answer.push(null)
  const late = setTimeout(end, lingerMs)
  for (const event of ['end', 'close']) raw.once(event, end)
  answer.once('close', () => clearTimeout(late))
  return answer
}

/** The bytes of the body. Where they are not all taken the connection stays: there is an answer to be sent on it. */
const bytesOf = ({ raw }: FastifyRequest): Readable => raw.pipe(new PassThrough({ highWaterMark: chunkBytes }))

/** The one file in a form. It ends when the form has ended and was whole: a form with two files brings none. */
function fileInForm({ raw, headers }: FastifyRequest): Readable {
  const malformed = () => new FileFault(400, 'The form cannot be read: it is malformed, or breaks off.')
  let parser: busboy.Busboy
  try {
    parser = busboy({ headers, limits: { files: 1, fields: formFields, fieldSize: 16_384 } })
  } catch {
    throw malformed()
  }
  const whole = new Promise<void>((resolve, reject) => {
    parser.once('filesLimit', () => reject(new FileFault(400, 'A form brings one file.')))
    parser.once('fieldsLimit', () =>
      reject(new FileFault(400, `A form has ${formFields} fields at most beside its file.`)),
    )
    parser.on('error', () => reject(malformed()))
    parser.once('finish', resolve)
  })
  const file = new Promise<Readable>((resolve, reject) => {
    parser.once('file', (_name, bytes) => {
      // It may fail before it is read: without a listener that would end the process.
      bytes.on('error', () => undefined)
      resolve(bytes)
    })
    whole.then(() => reject(new FileFault(400, 'The form does not bring a file.')), reject)
  })
  whole.catch(() => undefined)
  file.catch(() => undefined)
  // A pipe does not pass on that it broke off: who waits for more of the file would wait for ever.
  raw.once('close', () => {
    if (!isWhole(raw)) parser.destroy(malformed())
  })
  raw.pipe(parser)
  async function* bytes(): AsyncGenerator<Buffer> {
    try {
      yield* (await file) as AsyncIterable<Buffer>
    } catch (error) {
      throw error instanceof FileFault ? error : malformed()
    }
    await whole
  }
  return Readable.from(bytes(), { objectMode: false })
}
