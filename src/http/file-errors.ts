import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault, isOutage, unavailable } from '../kernel/access/faults.js'
import { errorCode } from '../kernel/cannot-start.js'
import { outageOf } from '../kernel/driver/outages.js'
import { FileTooLarge } from '../kernel/files/receive.js'
import { Refusal } from '../rules/refusal.js'
import { answerFault, retryAfterSeconds } from './admission.js'
import { isAlarm } from './errors.js'

/** What is wrong with a request for or with a file, with the status of the answer. */
export class FileFault extends Fault {
  constructor(
    readonly status: 400 | 404 | 410 | 413 | 416 | 499,
    message: string,
  ) {
    super('BAD_USER_INPUT', message)
  }

  static tooLarge(byteCountMax: number): FileFault {
    return new FileFault(413, `The file has more than ${byteCountMax.toLocaleString('en-US')} bytes.`)
  }
}

/** The same for a link or ticket that was never given and for what its member may not reach any more. */
export const noSuchFile = () => new FileFault(404, 'There is no such file.')

/** What the system says of a folder or disk that does not take or give files just now. */
const unusable = new Set(['EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOTDIR', 'ENODEV', 'ENXIO', 'ESTALE'])

function outageIn(error: unknown): Fault | null {
  if (isOutage(error)) return error as Fault
  return unusable.has(errorCode(error)) ? unavailable() : outageOf(error)
}

/** What is said of a file and not of an error. Of a range that lies outside of the file its length is said. */
const saidOfFiles = ['accept-ranges', 'content-disposition', 'content-length', 'content-type', 'etag', 'repr-digest']

const statusOf: Readonly<Partial<Record<string, number>>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RATE_LIMITED: 429,
}

/** Answers why a file was not taken or given; an error that is none of the caller's is thrown again. */
export function answerFileError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  for (const name of saidOfFiles) reply.removeHeader(name)
  if (error instanceof FileFault) return answerFault(reply, error.status, error)
  if (error instanceof FileTooLarge) return answerFault(reply, 413, FileFault.tooLarge(error.bytesMax))
  if (isAlarm(error)) {
    request.log.error({ err: error, requestId: request.id }, 'a file is not in the storage as it was brought')
    return answerFault(reply, 500, error as Fault)
  }
  const outage = outageIn(error)
  if (outage) {
    request.log.error({ err: error, requestId: request.id }, 'fault')
    const { code, message } = outage
    return answerFault(
      reply.header('retry-after', retryAfterSeconds),
      503,
      new Fault(code, message, { requestId: request.id }),
    )
  }
  if (error instanceof Refusal) {
    const { code, message, at } = error
    request.entry.codes.add(code)
    const errors = [{ message, extensions: { code, path: at } }]
    return reply.code(statusOf[code] ?? 422).send({ errors })
  }
  if (error instanceof Fault && statusOf[error.code]) {
    const known = error.code === 'RATE_LIMITED' ? reply.header('retry-after', retryAfterSeconds) : reply
    return answerFault(known, statusOf[error.code] as number, error)
  }
  throw error
}
