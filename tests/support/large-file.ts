import { randomBytes } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { encryptedSize } from '../../src/kernel/files/encryption.js'
import { openFile } from '../../src/kernel/files/open.js'
import { receiveFile } from '../../src/kernel/files/receive.js'
import type { FileStorage } from '../../src/kernel/files/storage.js'
import { newKey } from './file-storages.js'

const megabyte = 1024 * 1024

/** What a file of this length cost from its receipt to the last byte that was read of it. */
export interface Cost {
  bytesRead: number
  /** By how much the memory of the process grew at most. */
  grownMegabytes: number
  /** How long other work of the process had to wait, in 99 of 100 measures and at most. */
  waitedMs: { p99: number; max: number }
}

/** Receives a file, puts it, reads all of it and removes it. */
export async function largeFile(storage: FileStorage, megabytes: number): Promise<Cost> {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  const before = process.memoryUsage.rss()
  let most = before
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 10)
  delay.enable()
  try {
    const bytes = megabytes * megabyte
    const received = await receiveFile(Readable.from(content(megabytes)), storage, { bytesMax: bytes })
    const key = newKey()
    await storage.put(key, received.path, encryptedSize(received.bytes))
    let bytesRead = 0
    for await (const piece of await openFile(storage, key, received.dataKey, bytes)) bytesRead += piece.length
    await storage.remove(key)
    return {
      bytesRead,
      grownMegabytes: (most - before) / megabyte,
      waitedMs: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    }
  } finally {
    delay.disable()
    clearInterval(sampling)
  }
}

/** Pieces as a socket gives them. */
function* content(megabytes: number) {
  for (let at = 0; at < megabytes; at++) {
    const piece = randomBytes(megabyte)
    for (let from = 0; from < megabyte; from += 65_000) yield piece.subarray(from, from + 65_000)
  }
}
