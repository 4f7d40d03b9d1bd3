import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'

/** What a process holds when everything that can go has gone. */
export interface Held {
  heapBytes: number
  /** Files, pipes and sockets. */
  descriptors: number
}

// Loaded into the service's process by `--import`, beside `--expose-gc`: answers each message with what it holds.
process.on('message', async () => {
  for (let n = 0; n < 3; n += 1) {
    globalThis.gc?.()
    await turn()
  }
  const held: Held = { heapBytes: process.memoryUsage().heapUsed, descriptors: readdirSync('/dev/fd').length }
  process.send?.(held)
})
// Being asked keeps no process alive.
process.channel?.unref()
