import { createHash, type Hash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Person } from '../../seeds/api.js'
import { auditFirm, signedIn } from './audit-firm.js'
import { uploadUrl } from './brought-over-http.js'
import { dataFolder, freePort, start } from './service-process.js'

const MiB = 1024 * 1024

/** What a file of this size cost a service that runs, brought and got again. */
export interface BigFileCost {
  /** Megabytes a second; of the upload until it was answered, so with what follows the last byte. */
  upMegabytes: number
  downMegabytes: number
  /** From the last byte that was sent to the answer: putting the file, and reading it back. */
  settleMs: number
  /** By how much the memory of the process (RSS) was larger at most than before. */
  grownMegabytes: number
  /** How long `/healthz` took to be answered at most, and how often it was asked. */
  healthMs: number
  asked: number
  isSame: boolean
}

/** Has a service started that takes a file of so many MiB and gives it again, and ends it. */
export async function bigFileThroughService(mebibytes: number): Promise<BigFileCost> {
  const settings = { PORT: String(await freePort()), FIELDWORK_DATA_DIR: await dataFolder(), FIELDWORK_SEED: 'none' }
  const address = `http://127.0.0.1:${settings.PORT}`
  const { engagementId } = await auditFirm(settings)
  const service = start(settings)
  await service.ready
  const { staff } = await signedIn(address, 'staff')
  const cost = await bigFile(address, service.child.pid as number, staff, engagementId, mebibytes)
  process.stdout.write(`${mebibytes} MiB: ${JSON.stringify(cost)}\n`)
  service.child.kill('SIGTERM')
  const { code } = await service.ended
  if (code !== 0) throw new Error(`The service ended with ${code}.`)
  return cost
}

/** Brings a file of so many MiB, made on the way, and gets it again. */
async function bigFile(
  address: string,
  pid: number,
  person: Person,
  engagementId: string,
  mebibytes: number,
): Promise<BigFileCost> {
  const url = await uploadUrl(person, engagementId, 'big.bin')
  const watching = watch(address, pid)
  const sent = createHash('sha256')
  const begun = performance.now()
  const sending = request(url, { method: 'PUT', headers: { 'content-length': mebibytes * MiB }, agent: false })
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(content(mebibytes, sent), { objectMode: false }), sending)
  const settling = performance.now()
  const [answer] = await answered
  const text = Buffer.concat(await answer.toArray()).toString()
  const upMs = performance.now() - begun
  if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${text}`)
  const { id, sha256 } = JSON.parse(text).evidence
  const settleMs = performance.now() - settling

  const { evidence } = await person.ask('query ($id: ID!) { evidence(id: $id) { downloadUrl } }', { id })
  const downBegun = performance.now()
  const [download] = (await once(request(evidence.downloadUrl, { agent: false }).end(), 'response')) as [
    IncomingMessage,
  ]
  const got = createHash('sha256')
  for await (const piece of download) got.update(piece as Buffer)
  const downMs = performance.now() - downBegun
  const [sentDigest, gotDigest] = [sent.digest('hex'), got.digest('hex')]
  const perSecond = (ms: number) => Math.round((mebibytes * MiB) / ms / 1_000)
  return {
    upMegabytes: perSecond(upMs),
    downMegabytes: perSecond(downMs),
    settleMs: Math.round(settleMs),
    ...(await watching()),
    isSame: download.complete && sentDigest === gotDigest && sentDigest === sha256,
  }
}

/** A block of chance, with its number in it: no two are the same. */
function* content(mebibytes: number, hash: Hash): Generator<Buffer> {
  const block = randomBytes(MiB)
  for (let n = 0; n < mebibytes; n += 1) {
    const piece = Buffer.from(block)
    piece.writeUInt32BE(n)
    hash.update(piece)
    yield piece
  }
}

const residentBytes = async (pid: number): Promise<number> =>
  Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]) * 4_096

/** Looks at the memory of the process, and at whether it answers, until it is asked what it saw. */
export function watch(
  address: string,
  pid: number,
): () => Promise<Pick<BigFileCost, 'grownMegabytes' | 'healthMs' | 'asked'>> {
  let isOver = false
  const seen = { grownMegabytes: 0, healthMs: 0, asked: 0 }
  const watching = (async () => {
    const idle = await residentBytes(pid)
    while (!isOver) {
      const begun = performance.now()
      const { status } = await fetch(`${address}/healthz`)
      if (status !== 200) throw new Error(`/healthz: ${status}`)
      seen.healthMs = Math.max(seen.healthMs, Math.round(performance.now() - begun))
      seen.asked += 1
      seen.grownMegabytes = Math.max(seen.grownMegabytes, Math.round(((await residentBytes(pid)) - idle) / MiB))
      await pause(25)
    }
  })()
  watching.catch(() => undefined)
  return async () => {
    isOver = true
    await watching
    return seen
  }
}
