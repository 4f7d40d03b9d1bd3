import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  type ByteRange,
  type Download,
  downloadBytes,
  findDownload,
  noteDownload,
} from '../features/evidence/download.js'
import { type DownloadLink, readLink } from '../features/evidence/download-link.js'
import { Fault } from '../kernel/access/faults.js'
import { Refusal } from '../rules/refusal.js'
import { chargeForFile } from './admission.js'
import { AtOnce, downloadsAtOnce } from './at-once.js'
import { FileFault, noSuchFile } from './file-errors.js'
import type { FileRoutes } from './uploads.js'

/** Gives out files by the links of `Evidence.downloadUrl`, whole or in ranges (RFC 9110, 14). */
export function serveDownloads(app: FastifyInstance, routes: FileRoutes): void {
  const atOnce = new AtOnce(
    downloadsAtOnce,
    'Too many files are being given out just now. Ask for this one again shortly.',
  )
  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    const link = linkOf(request, routes)
    chargeForFile(routes.admission, request, link.claims)
    const end = atOnce.begin(link.claims)
    // When it was sent, and where the connection ends before.
    for (const event of ['finish', 'close']) reply.raw.once(event, end)
    // It asks the database as an operation does, and in turn with those of others.
    return routes.admission.inTurn(request, reply, () => give(routes, link, request, reply))
  }
  // Not the framework's own HEAD, which says of no body that its length is 0.
  app.route({ method: ['GET', 'HEAD'], url: '/files/*', handler })
}

/** @throws FileFault for what is no link, or has expired */
function linkOf(request: FastifyRequest, { database }: FileRoutes): DownloadLink {
  const link = readLink(database.secretBox, (request.params as { '*': string })['*'])
  if (!link) throw noSuchFile()
  request.claims = link.claims
  if (link.expiresAt < Date.now()) throw new FileFault(410, 'The link has expired: ask for another one.')
  return link
}

async function give(
  { database, services }: Pick<FileRoutes, 'database' | 'services'>,
  link: DownloadLink,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const download = await findDownload(database, link).catch(asMissing)
  const { byteCount, sha256 } = download.file
  if (isKnown(request, sha256)) return reply.headers(headersOf(download)).code(304).send()
  const range = request.method === 'GET' ? rangeOf(request, sha256, byteCount) : null
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${byteCount}`)
    throw new FileFault(416, `The file has ${byteCount} bytes.`)
  }
  const bytes = request.method === 'GET' ? await open({ database, services }, link, download, range) : null
  reply.headers(headersOf(download)).header('content-length', range ? range.end - range.start + 1 : byteCount)
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${byteCount}`)
  if (!bytes) return reply.send()
  bytes.once('error', (error) => {
    request.log.error({ err: error, requestId: request.id }, 'a file could not be given out to its end')
  })
  return reply.send(bytes)
}

/** Opens the file, and notes it: what cannot be given is not noted, and what cannot be noted is not given. */
async function open(
  { database, services }: Pick<FileRoutes, 'database' | 'services'>,
  link: DownloadLink,
  download: Download,
  range: ByteRange | null,
): Promise<Readable> {
  const bytes = await downloadBytes(services.files.storage, download, range)
  try {
    await noteDownload(database, link, download, range)
    return bytes
  } catch (error) {
    bytes.destroy()
    throw error
  }
}

/** Who may not reach it any more learns no more than who made the link up. */
function asMissing(error: unknown): never {
  if (error instanceof Fault && error.code === 'UNAUTHENTICATED') throw noSuchFile()
  if (error instanceof Refusal && error.code === 'NOT_FOUND') throw noSuchFile()
  throw error
}

const entityTag = (sha256: string) => `"${sha256}"`

/** Whether the caller has this content already (RFC 9110, 13.1.2). */
const isKnown = ({ headers }: FastifyRequest, sha256: string): boolean =>
  (headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === entityTag(sha256))

/** Names of files are written as RFC 8187 has it, so that no character of one ends the header or the name. */
const encoded = (fileName: string) =>
  encodeURIComponent(fileName).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** Never shown by a browser: what comes from outside would run in the name of the service. */
const headersOf = ({ evidence, file }: Download) => ({
  'accept-ranges': 'bytes',
  'content-type': evidence.mediaType,
  'content-disposition': `attachment; filename*=UTF-8''${encoded(evidence.fileName)}`,
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-site',
  etag: entityTag(file.sha256),
  'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
})

/**
 * The range that is asked for; null for all of the file, also where several are asked for or what is asked for is no range (RFC 9110,
 * 14.2), or where it is to be a range of another content (`If-Range`).
 */
function rangeOf({ headers }: FastifyRequest, sha256: string, byteCount: number): ByteRange | null | 'unsatisfiable' {
  if (headers['if-range'] !== undefined && headers['if-range'] !== entityTag(sha256)) return null
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  if (first !== '' && last !== '' && Number(first) > Number(last)) return null
  const start = first === '' ? Math.max(0, byteCount - Number(last)) : Number(first)
  const end = first === '' || last === '' ? byteCount - 1 : Math.min(Number(last), byteCount - 1)
  return start > end ? 'unsatisfiable' : { start, end }
}
