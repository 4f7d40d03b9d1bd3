import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What stands between the service and its database, and what it saw go by. */
export interface Pooler {
  /** The address of the database, by way of it. */
  url: string
  /** The names of startup parameters that it was sent. */
  parameters: Set<string>
  /** The texts that came as messages, those of prepared statements as well. */
  texts: string[]
  /** How many transactions ended. */
  transactions: number
  close(): Promise<void>
}

const passedOn = ['user', 'database']
const ofSession = 'reset all'

/**
 * Behaves to the service as a pooler does that hands connections on between transactions: it passes on no startup parameter
 * but who connects to what, and at the end of each transaction the session loses its settings. Prepared statements stay, as a
 * pooler keeps account of them. It passes messages on one query at a time.
 */
export async function pooler(databaseUrl: string): Promise<Pooler> {
  const target = new URL(databaseUrl)
  const seen: Omit<Pooler, 'url' | 'close'> = { parameters: new Set(), texts: [], transactions: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => other.destroy())
    }
    link(client, database, seen)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return Object.assign(seen, { url: url.href, close })
}

/** Passes messages between the two ends of a connection. */
function link(client: Socket, database: Socket, seen: Omit<Pooler, 'url' | 'close'>): void {
  const waiting: Buffer[] = []
  let state: 'starting' | 'ready' | 'busy' | 'resetting' = 'starting'
  const passOn = () => {
    while (state === 'ready' && waiting.length > 0) {
      const message = waiting.shift() as Buffer
      const kind = String.fromCharCode(message[0] as number)
      if (kind === 'Q') seen.texts.push(message.toString('utf8', 5, message.length - 1))
      if (kind === 'P')
        seen.texts.push(
          message.toString('utf8', message.indexOf(0, 5) + 1, message.indexOf(0, message.indexOf(0, 5) + 1)),
        )
      if (kind === 'Q' || kind === 'S') state = 'busy'
      database.write(message)
    }
  }
  let greeted = false
  client.on('data', (data) => {
    chunksOf(client, data, greeted ? 1 : 0, (message) => {
      if (!greeted) {
        greeted = true
        database.write(startup(message, seen.parameters))
      } else if (state === 'starting') database.write(message)
      else waiting.push(message)
    })
    passOn()
  })
  database.on('data', (data) => {
    chunksOf(database, data, 1, (message) => {
      const isReady = message[0] === 'Z'.charCodeAt(0)
      if (state !== 'resetting') client.write(message)
      if (!isReady) return
      const isIdle = message[5] === 'I'.charCodeAt(0)
      if (state === 'busy' && isIdle) {
        seen.transactions += 1
        state = 'resetting'
        database.write(query(ofSession))
      } else state = 'ready'
    })
    passOn()
  })
}

const rests = new WeakMap<Socket, Buffer>()

/** Cuts what came into messages: a letter, except for the first that a client sends, then the length. */
function chunksOf(socket: Socket, data: Buffer, letter: 0 | 1, take: (message: Buffer) => void): void {
  let rest = Buffer.concat([rests.get(socket) ?? Buffer.alloc(0), data])
  for (let kind = letter; rest.length >= kind + 4; kind = 1) {
    const length = kind + rest.readUInt32BE(kind)
    if (rest.length < length) break
    take(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
  rests.set(socket, rest)
}

/** The message that opens a session, without the parameters that are not passed on. */
function startup(message: Buffer, names: Set<string>): Buffer {
  const words = message.toString('utf8', 8, message.length - 2).split('\0')
  const kept: string[] = []
  for (let at = 0; at < words.length; at += 2) {
    const [name, value] = words.slice(at, at + 2) as [string, string]
    names.add(name)
    if (passedOn.includes(name)) kept.push(name, value)
  }
  const body = Buffer.from(`${kept.join('\0')}\0\0`)
  const head = Buffer.from(message.subarray(0, 8))
  head.writeUInt32BE(head.length + body.length)
  return Buffer.concat([head, body])
}

function query(text: string): Buffer {
  const body = Buffer.from(`${text}\0`)
  const head = Buffer.from('Q\0\0\0\0', 'latin1')
  head.writeUInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}
