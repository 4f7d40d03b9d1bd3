import { constants } from 'node:zlib'
import compress, { type FastifyCompressOptions } from '@fastify/compress'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { LogEntry } from '../kernel/execute/log-entry.js'

/**
 * Few bytes saved are not worth the work. Up to `syncThreshold` compressing at once takes less of the event loop than handing
 * it to another thread does (0.3 ms for 32 kB); longer answers are compressed by the thread pool, piece by piece.
 */
export const compression = {
  threshold: 2_048,
  syncThreshold: 32_768,
  encodings: ['br', 'gzip'],
  // Of the fastest kind: a board of 56 kB shrinks to 20 kB by it in 0.6 ms (br), to 18 kB in 2 ms by the usual one.
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
  zlibOptions: { level: 1 },
} satisfies FastifyCompressOptions

/** Lets replies be compressed one by one (`reply.compress`). Bodies of requests are never decompressed: their size is limited as it comes. */
export async function offerCompression(app: FastifyInstance): Promise<void> {
  await app.register(compress, { ...compression, global: false, globalDecompression: false })
}

/**
 * Sends the answer to an operation, compressed where the caller accepts that and it is a query of a member. The answers to
 * mutations hold tokens: beside text that another person chose, the length of a compressed answer tells of them (BREACH).
 */
export function sendAnswer(reply: FastifyReply, text: string, { operation }: LogEntry): FastifyReply {
  if (operation?.type !== 'query' || !reply.request.claims) return reply.send(text)
  reply.compress(text)
  return reply
}
