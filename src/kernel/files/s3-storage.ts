import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { errorCode } from '../cannot-start.js'
import { checkFolder, removeOldFiles } from './incoming.js'
import { errorName, giveCode, ifNamed, withCode } from './s3-errors.js'
import { checkKey, FileExists, FileLengthWrong, FileMissing, type FileStorage, isKey } from './storage.js'

export interface S3Settings {
  bucket: string
  region: string
  /** Of a server other than Amazon's. */
  endpoint?: string
  /** Whether the bucket stands in the path instead of the host's name. */
  forcePathStyle?: boolean
  /** What all keys begin with. */
  prefix?: string
  /** Whether checksums go with what is put: not every server knows the form in which they do. */
  checksums: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED'
  /** Without them the usual places of Amazon's clients are looked through. */
  accessKeyId?: string
  secretAccessKey?: string
  /** The folder of this machine for what comes in. */
  incoming: string
  /** For how long the server may be silent. */
  timeoutMs?: number
}

/** What is longer is put in parts, each of this length at least. */
const partBytesMin = 8 * 1024 * 1024
const partsMax = 10_000
const partsAtOnce = 2

interface Upload {
  Bucket: string
  Key: string
  UploadId: string | undefined
}

/** Files in a bucket of Amazon S3 or of a server that speaks its protocol. */
export class S3Storage implements FileStorage {
  readonly incoming: string
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string

  constructor(settings: S3Settings) {
    this.incoming = settings.incoming
    this.#bucket = settings.bucket
    this.#prefix = settings.prefix ? `${settings.prefix.replace(/\/+$/, '')}/` : ''
    this.#client = clientOf(settings)
  }

  async put(key: string, path: string, bytes: number): Promise<void> {
    try {
      checkKey(key)
      const file = await open(path, 'r')
      await this.#putNew(key, file, bytes).finally(() => file.close())
    } finally {
      await rm(path, { force: true })
    }
  }

  async read(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const Range = range ? `bytes=${range.start}-${range.end}` : undefined
    const answer = await withCode(this.#client.send(new GetObjectCommand({ ...this.#at(key), Range }))).catch(
      (error) => {
        if (errorName(error) === 'NoSuchKey') throw new FileMissing(key)
        // The range begins behind the end.
        return ifNamed('InvalidRange', null)(error)
      },
    )
    if (!answer) return Readable.from([])
    const body = answer.Body as Readable
    body.prependListener('error', giveCode)
    return body
  }

  async size(key: string): Promise<number | null> {
    const head = await withCode(this.#client.send(new HeadObjectCommand(this.#at(key)))).catch(
      ifNamed('NotFound', null),
    )
    return head?.ContentLength ?? null
  }

  async remove(key: string): Promise<void> {
    await withCode(this.#client.send(new DeleteObjectCommand(this.#at(key))))
  }

  async *list(): AsyncIterable<{ key: string; bytes: number; putAt: Date }> {
    let ContinuationToken: string | undefined
    do {
      const page = await withCode(
        this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: this.#prefix, ContinuationToken })),
      )
      for (const { Key = '', Size = 0, LastModified = new Date() } of page.Contents ?? []) {
        const key = this.#keyOf(Key)
        if (key !== null) yield { key, bytes: Size, putAt: LastModified }
      }
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken)
  }

  async removeAbandoned(olderThanMs: number): Promise<number> {
    const files = await removeOldFiles(this.incoming, olderThanMs)
    return files + (await this.#abortUploads(Date.now() - olderThanMs))
  }

  async check(): Promise<void> {
    await checkFolder(this.incoming)
    const place = { Bucket: this.#bucket, Key: `${this.#prefix}check/${randomUUID()}` }
    const found = await this.#tried(place).catch((error: Error) => {
      const reason = `${errorName(error)}: ${error.message || errorCode(error)}`
      throw Object.assign(new Error(`The bucket ${this.#bucket} cannot be written and read: ${reason}`), {
        code: errorCode(error),
      })
    })
    if (found === place.Key) return
    throw new Error(
      `What is put into the bucket ${this.#bucket} is not what is read there: the server may not know the form in which checksums are sent (WHEN_REQUIRED sends none).`,
    )
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }

  #at(key: string): { Bucket: string; Key: string } {
    checkKey(key)
    return { Bucket: this.#bucket, Key: `${this.#prefix}${key}` }
  }

  /** Puts an object that contains its own name, reads it and removes it. */
  async #tried(place: { Bucket: string; Key: string }): Promise<string | undefined> {
    try {
      await withCode(this.#client.send(new PutObjectCommand({ ...place, Body: Buffer.from(place.Key) })))
      const { Body } = await withCode(this.#client.send(new GetObjectCommand(place)))
      return await Body?.transformToString()
    } finally {
      await this.#client.send(new DeleteObjectCommand(place)).catch(() => undefined)
    }
  }

  /** Null for what is not ours. */
  #keyOf(name: string): string | null {
    const key = name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : ''
    return isKey(key) ? key : null
  }

  /** Puts the file where nothing lies yet, and asks how much has come. Whatever fails, it is removed. */
  async #putNew(key: string, file: FileHandle, bytes: number): Promise<void> {
    const { size } = await file.stat()
    if (size !== bytes) throw new FileLengthWrong(key, bytes, size)
    if ((await this.size(key)) !== null) throw new FileExists(key)
    try {
      await (bytes <= partBytesMin ? this.#putWhole(key, file, bytes) : this.#putParts(key, file, bytes))
      const kept = await this.size(key)
      if (kept !== bytes) throw new FileLengthWrong(key, bytes, kept)
    } catch (error) {
      await this.remove(key).catch(() => undefined)
      throw error
    }
  }

  async #putWhole(key: string, file: FileHandle, bytes: number): Promise<void> {
    const Body = await bytesOf(file, key, 0, bytes)
    await withCode(this.#client.send(new PutObjectCommand({ ...this.#at(key), Body, ContentLength: bytes })))
  }

  async #putParts(key: string, file: FileHandle, bytes: number): Promise<void> {
    const { UploadId } = await withCode(this.#client.send(new CreateMultipartUploadCommand(this.#at(key))))
    const upload = { ...this.#at(key), UploadId }
    try {
      const Parts = await this.#sendParts(upload, key, file, bytes)
      await withCode(this.#client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })))
    } catch (error) {
      await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined)
      throw error
    }
  }

  /** Two at a time, each held whole in memory: a part that is lost on its way is sent again. */
  async #sendParts(upload: Upload, key: string, file: FileHandle, bytes: number) {
    const partBytes = Math.max(partBytesMin, Math.ceil(bytes / partsMax))
    const parts: { PartNumber: number; ETag: string | undefined }[] = []
    let next = 0
    let hasFailed = false
    const sendOneByOne = async () => {
      while (next * partBytes < bytes && !hasFailed) {
        const index = next++
        const Body = await bytesOf(file, key, index * partBytes, Math.min(partBytes, bytes - index * partBytes))
        const PartNumber = index + 1
        const command = new UploadPartCommand({ ...upload, PartNumber, Body })
        const { ETag } = await withCode(this.#client.send(command))
        parts[index] = { PartNumber, ETag }
      }
    }
    const sending = Array.from({ length: partsAtOnce }, () =>
      sendOneByOne().catch((error) => {
        hasFailed = true
        throw error
      }),
    )
    // The upload is aborted when no part of it is under way any more: one that comes later would be kept.
    const [failed] = (await Promise.allSettled(sending)).filter((one) => one.status === 'rejected')
    if (failed) throw failed.reason
    return parts
  }

  /** @returns how many; none where the server does not list them */
  async #abortUploads(begunBefore: number): Promise<number> {
    const place = { Bucket: this.#bucket, Prefix: this.#prefix }
    let aborted = 0
    let markers: { KeyMarker?: string; UploadIdMarker?: string } = {}
    for (;;) {
      const page = await withCode(this.#client.send(new ListMultipartUploadsCommand({ ...place, ...markers }))).catch(
        ifNamed('NotImplemented', null),
      )
      for (const { Key = '', UploadId, Initiated = new Date() } of page?.Uploads ?? []) {
        if (this.#keyOf(Key) === null || Initiated.getTime() > begunBefore) continue
        const command = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId })
        await withCode(this.#client.send(command)).catch(ifNamed('NoSuchUpload', undefined))
        aborted++
      }
      if (!page?.IsTruncated) return aborted
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
  }
}

function clientOf(settings: S3Settings): S3Client {
  const { region, endpoint, forcePathStyle, checksums, accessKeyId, secretAccessKey, timeoutMs = 60_000 } = settings
  return new S3Client({
    region,
    ...(endpoint ? { endpoint } : {}),
    forcePathStyle: forcePathStyle ?? false,
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: Math.min(5_000, timeoutMs),
      socketTimeout: timeoutMs,
      requestTimeout: 3 * timeoutMs,
      throwOnRequestTimeout: true,
    },
  })
}

/** @throws FileLengthWrong where the file ends before */
async function bytesOf(file: FileHandle, key: string, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, start + read)
    if (bytesRead === 0) throw new FileLengthWrong(key, start + length, start + read)
    read += bytesRead
  }
  return bytes
}
