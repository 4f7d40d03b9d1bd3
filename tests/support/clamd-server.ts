import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The text that scanners agree to find, put together here so that none finds it in this file. */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-', 'TEST-FILE!$H+H*'].join('')

/** Speaks the protocol of clamd: PING, VERSION and INSTREAM; finds the EICAR text and nothing else. */
export interface ClamdServer {
  port: number
  /** What it was sent to scan, one after the other. */
  scanned: Buffer[]
  /** How many connections are open. */
  connections(): Promise<number>
  close(): Promise<void>
}

export interface ClamdBehaviour {
  /** StreamMaxLength in clamd's settings. */
  bytesMax?: number
  /** What it says instead of the result of a scan; null for nothing at all. */
  says?: string | null
  /** Closes the connection in place of a reply. */
  hangsUp?: boolean
  /** Says this at once, before it has read anything. */
  saysAtOnce?: string
  /** For how long it does not read, once for each connection. */
  pauseMs?: number
}

export async function clamdServer(behaviour: ClamdBehaviour = {}): Promise<ClamdServer> {
  const scanned: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A client that goes away is no error of the server's.
    socket.on('error', () => undefined)
    if (behaviour.saysAtOnce !== undefined) return void socket.end(`${behaviour.saysAtOnce}\0`)
    if (behaviour.pauseMs !== undefined) {
      socket.pause()
      setTimeout(() => socket.resume(), behaviour.pauseMs)
    }
    serve(socket, scanned, behaviour)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
  onTestFinished(close)
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    )
  return { port: (server.address() as AddressInfo).port, scanned, connections, close }
}

function serve(socket: Socket, scanned: Buffer[], { bytesMax = 25_000_000, says, hangsUp }: ClamdBehaviour): void {
  let received = Buffer.alloc(0)
  const content: Buffer[] = []
  let isStream = false
  let bytes = 0
  const reply = (text: string) => {
    if (hangsUp) socket.destroy()
    else if (says !== null) socket.end(`${says ?? text}\0`)
  }
  /** @returns whether something was taken */
  const take = (): boolean => {
    if (!isStream) {
      const end = received.indexOf(0)
      if (end === -1) return false
      const command = received.toString('latin1', 0, end)
      received = received.subarray(end + 1)
      if (command === 'zINSTREAM') isStream = true
      else
        reply({ zPING: 'PONG', zVERSION: 'ClamAV 1.4.1/27500/Mon Jan  5 09:00:00 2026' }[command] ?? 'UNKNOWN COMMAND')
      return true
    }
    if (received.length < 4) return false
    const length = received.readUInt32BE(0)
    if (received.length < 4 + length) return false
    content.push(Buffer.from(received.subarray(4, 4 + length)))
    received = received.subarray(4 + length)
    bytes += length
    if (bytes > bytesMax) reply('INSTREAM size limit exceeded. ERROR')
    if (length > 0) return bytes <= bytesMax
    const whole = Buffer.concat(content)
    scanned.push(whole)
    reply(whole.includes(eicar) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK')
    return false
  }
  socket.on('data', (chunk) => {
    if (bytes > bytesMax) return
    received = Buffer.concat([received, chunk])
    while (take());
  })
}
