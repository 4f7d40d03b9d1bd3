import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { serveDownloads } from './downloads.js'
import { answerFileError } from './file-errors.js'
import { type FileRoutes, serveUploads } from './uploads.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a request brings a file, which takes its time and is kept on disk. */
    takesFile?: boolean
  }
}

/** Serves files: their bytes are streams, whatever type they are said to have. */
export async function serveFiles(app: FastifyInstance, routes: FileRoutes, idleMs: number): Promise<void> {
  holdBackUploads(app)
  await app.register(async (files) => {
    files.setErrorHandler(async (error, request, reply) => answerFileError(request, reply, error))
    files.removeAllContentTypeParsers()
    files.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    serveUploads(files, routes, idleMs)
    serveDownloads(files, routes)
  })
}

/**
 * Who asks first whether to send (`Expect: 100-continue`) is told to go on once it is known that the file is taken: Node.js would tell
 * them at once.
 */
function holdBackUploads({ server }: FastifyInstance): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/uploads/')) response.writeContinue()
    server.emit('request', request, response)
  })
}
