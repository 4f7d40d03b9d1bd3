import type { FastifyReply, FastifyRequest } from 'fastify'
import { digestMismatch, Fault } from '../kernel/access/faults.js'
import { FileAltered, KeyUnusable } from '../kernel/files/encryption.js'
import { FileTooLarge } from '../kernel/files/receive.js'
import { FileMissing } from '../kernel/files/storage.js'
import { Refusal } from '../rules/refusal.js'
import { answerFault, retryAfterSeconds } from './admission.js'

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

const statusOf: Readonly<Partial<Record<string, number>>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RATE_LIMITED: 429,
  BUSY: 503,
}

/** Answers why a file was not taken or given; an error that is none of the caller's is thrown again. */
export function answerFileError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof FileFault) return answerFault(reply, error.status, error)
  if (error instanceof FileTooLarge) return answerFault(reply, 413, FileFault.tooLarge(error.bytesMax))
  if (error instanceof FileMissing || error instanceof FileAltered || error instanceof KeyUnusable) {
    request.log.error({ err: error, requestId: request.id }, 'a file is not in the storage as it was brought')
    return answerFault(reply, 500, digestMismatch('Evidence', request.id))
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
