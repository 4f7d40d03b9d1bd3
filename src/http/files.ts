import type { FastifyInstance } from 'fastify'
import { serveDownloads } from './downloads.js'
import { type FileRoutes, serveUploads } from './uploads.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a request brings a file, which takes its time and is kept on disk. */
    takesFile?: boolean
  }
}

/** Serves files: their bytes are streams, whatever type they are said to have. */
export async function serveFiles(app: FastifyInstance, routes: FileRoutes, idleMs: number): Promise<void> {
  await app.register(async (files) => {
    files.removeAllContentTypeParsers()
    files.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    serveUploads(files, routes, idleMs)
    serveDownloads(files, routes)
  })
}
