import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll } from 'vitest'

/** A way to the database that can be cut. */
export interface CutWay {
  /** The database's address by this way. */
  url: string
  /** Cuts the connection on which the next commit is answered, before the answer comes through. Resolves when it is cut. */
  cutNextCommit(): Promise<void>
}

/** What PostgreSQL answers to a commit that was done. */
const committed = Buffer.from('COMMIT\0')

/** A way to the database on which the answer to a commit can be lost, as where the network fails in that moment. */
export async function wayToCut(databaseUrl: string): Promise<CutWay> {
  const target = new URL(databaseUrl)
  let cut: (() => void) | null = null
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        other.destroy()
        sockets.delete(one)
      })
    }
    near.on('data', (bytes) => void far.write(bytes))
    far.on('data', (bytes) => {
      if (cut && bytes.includes(committed)) {
        near.destroy()
        cut()
        cut = null
      } else near.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return {
    url: url.href,
    cutNextCommit: () =>
      new Promise((resolve) => {
        cut = resolve
      }),
  }
}
