import { Readable } from 'node:stream'
import busboy from 'busboy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Evidence } from '../features/evidence/evidence.js'
import { receiveEvidence } from '../features/evidence/receive.js'
import { openTicket, type TicketContent } from '../features/evidence/upload-ticket.js'
import { rateLimited } from '../kernel/access/faults.js'
import type { Services } from '../kernel/execute/services.js'
import type { Database } from '../kernel/store/database.js'
import { answerFileError, FileFault, noSuchFile } from './file-errors.js'

export interface FileRoutes {
  database: Database
  services: Services
}

/** What one process receives at a time: each upload holds a connection, a file and a buffer. */
const uploadsAtOnce = { process: 64, member: 8 } as const
/** A sender of a refused file has so long to read why. */
const lingerMs = 5_000

/** Receives the files for which `createUpload` gave tickets: bytes by PUT, a form by POST. */
export function serveUploads(app: FastifyInstance, routes: FileRoutes, idleMs: number): void {
  const under = new Map<string, number>()
  const underWay = () => [...under.values()].reduce((sum, one) => sum + one, 0)
  const begin = (memberId: string) => {
    const own = under.get(memberId) ?? 0
    if (own >= uploadsAtOnce.member || underWay() >= uploadsAtOnce.process) {
      throw rateLimited('Too many files are being received just now. Send this one again shortly.', 5)
    }
    under.set(memberId, own + 1)
    return () => {
      const left = (under.get(memberId) ?? 1) - 1
      if (left > 0) under.set(memberId, left)
      else under.delete(memberId)
    }
  }
  const receive =
    (sourceOf: (request: FastifyRequest) => Readable) => async (request: FastifyRequest, reply: FastifyReply) => {
      try {
        const ticket = ticketFor(request, routes.database)
        const end = begin(ticket.claims.memberId)
        const evidence = await receiving(routes, request, ticket, sourceOf).finally(end)
        return reply.code(201).send({ evidence: shown(evidence) })
      } catch (error) {
        linger(request)
        return answerFileError(request, reply.header('connection', 'close'), error)
      }
    }
  const config = { takesFile: true }
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => limitIdleTime(request, reply, idleMs)
  app.put('/uploads/*', { config, onRequest, handler: receive(({ body, raw }) => (body as Readable) ?? raw) })
  app.post('/uploads/*', { config, onRequest, handler: receive(fileInForm) })
}

/** @throws FileFault for what is no ticket, has expired, or is for a smaller file than is announced */
function ticketFor({ params, headers }: FastifyRequest, { secretBox }: Database): TicketContent {
  const ticket = openTicket(secretBox, (params as { '*': string })['*'])
  if (!ticket) throw noSuchFile()
  if (ticket.expiresAt < Date.now()) throw new FileFault(410, 'The upload has expired: create another one.')
  const announced = Number(headers['content-length'] ?? 0)
  // A form holds a little more than its file.
  const isForm = headers['content-type']?.startsWith('multipart/form-data')
  if (!isForm && announced > ticket.byteCountMax) throw FileFault.tooLarge(ticket.byteCountMax)
  return ticket
}

function receiving(
  { database, services }: FileRoutes,
  request: FastifyRequest,
  ticket: TicketContent,
  sourceOf: (request: FastifyRequest) => Readable,
): Promise<Evidence> {
  const { files, log } = services
  const breaking = new AbortController()
  const whole = () => request.raw.complete
  request.raw.once('close', () => {
    if (!whole()) breaking.abort(new FileFault(499, 'The upload broke off.'))
  })
  return receiveEvidence({ database, files, log }, ticket, sourceOf(request), breaking.signal)
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

/** Disconnects a sender from whom nothing comes; once all is there, the service may take its time. */
function limitIdleTime({ raw }: FastifyRequest, reply: FastifyReply, idleMs: number): void {
  reply.raw.setTimeout(idleMs, () => raw.destroy())
  raw.once('end', () => reply.raw.setTimeout(0, () => undefined))
}

/** Takes what still comes of a refused file, for a moment: a connection cut while its sender writes loses the answer. */
function linger({ raw }: FastifyRequest): void {
  if (raw.complete) return
  raw.resume()
  const cut = setTimeout(() => raw.destroy(), lingerMs).unref()
  raw.once('close', () => clearTimeout(cut))
}

/** The one file in a form. It ends when the form has ended and was whole: a form with two files brings none. */
function fileInForm({ raw, headers }: FastifyRequest): Readable {
  const malformed = () => new FileFault(400, 'The form cannot be read: it is malformed, or breaks off.')
  let parser: busboy.Busboy
  try {
    parser = busboy({ headers, limits: { files: 1, fields: 20, fieldSize: 16_384 } })
  } catch {
    throw malformed()
  }
  const whole = new Promise<void>((resolve, reject) => {
    parser.once('filesLimit', () => reject(new FileFault(400, 'A form brings one file.')))
    parser.once('error', () => reject(malformed()))
    parser.once('finish', resolve)
  })
  const file = new Promise<Readable>((resolve, reject) => {
    parser.once('file', (_name, bytes) => resolve(bytes))
    whole.then(() => reject(new FileFault(400, 'The form does not bring a file.')), reject)
  })
  whole.catch(() => undefined)
  file.catch(() => undefined)
  raw.pipe(parser)
  async function* bytes(): AsyncGenerator<Buffer> {
    yield* (await file) as AsyncIterable<Buffer>
    await whole
  }
  return Readable.from(bytes(), { objectMode: false })
}
