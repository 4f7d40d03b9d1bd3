import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import S3rver from 's3rver'
import { onTestFinished } from 'vitest'
import { type S3Settings, S3Storage } from '../../src/kernel/files/s3-storage.js'
import { newFolder } from './file-storages.js'

/** A real S3 server, in this process, with one bucket. */
export interface S3Server {
  settings: S3Settings
  /** The names of all that lies in it, as it keeps them. */
  objects(): Promise<string[]>
  /** Loses one of them, as no program of ours does. */
  lose(object: string): Promise<void>
  close(): Promise<void>
}

export async function s3Server(): Promise<S3Server> {
  const directory = await newFolder()
  const bucket = 'files'
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  })
  const { port } = await server.run()
  return {
    settings: {
      bucket,
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      checksums: 'WHEN_REQUIRED',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
      incoming: join(await newFolder(), 'incoming'),
    },
    async objects() {
      const entries = await readdir(join(directory, bucket), { recursive: true })
      return entries.filter((name) => name.endsWith('._S3rver_object')).sort()
    },
    lose: (object) => rm(join(directory, bucket, object)),
    async close() {
      const closed = server.close()
      server.httpServer.closeAllConnections()
      await closed
    },
  }
}

/** A storage in a bucket of a server of its own, until the test is done. */
export async function bucketStorage(settings: Partial<S3Settings> = {}): Promise<S3Storage> {
  const server = await s3Server()
  const storage = new S3Storage({ ...server.settings, ...settings })
  onTestFinished(async () => {
    await storage.close()
    await server.close()
  })
  return storage
}
