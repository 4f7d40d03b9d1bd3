import { createHash } from 'node:crypto'
import { Agent, type ClientRequest, request } from 'node:http'
import { withoutBudgets } from './answer.js'

/**
 * A process of its own that sends requests over so many connections, each the next one as soon as it has its answer.
 * Every answer is looked at: one that is not what it should be ends the run.
 */
export interface Job {
  url: string
  connections: number
  warmUpSeconds: number
  seconds: number
  requests: Sent[]
  /** Each request is sent once at most, because it changes something; the run ends when none is left. */
  once: boolean
}

export interface Sent {
  path: string
  headers: Record<string, string>
  body: string
  /** SHA-256 of the answer; null where each answer is another one. */
  digest: string | null
}

/** What the load process says: that what is measured begins now, or what came of it. */
export type Said = { began: true } | { measured: Measured } | { failed: string }

export interface Measured {
  requests: number
  seconds: number
  /** In milliseconds. */
  p50: number
  p99: number
}

const say = (said: Said) => new Promise<void>((resolve) => process.send?.(said, () => resolve()))

class Run {
  readonly #agent: Agent
  readonly #answers = new Map<number, Buffer>()
  #next = 0

  constructor(readonly job: Job) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: job.connections })
  }

  /** Sends for so long, or up to a place in the list; answers how long each request took. */
  async send(seconds: number, end = this.job.requests.length): Promise<{ took: number[]; seconds: number }> {
    const took: number[] = []
    const started = performance.now()
    const deadline = started + seconds * 1000
    const connection = async () => {
      while (performance.now() < deadline) {
        const at = this.#take(end)
        if (at === null) return
        const sent = performance.now()
        await this.#ask(at)
        took.push(performance.now() - sent)
      }
    }
    await Promise.all(Array.from({ length: this.job.connections }, connection))
    return { took, seconds: (performance.now() - started) / 1000 }
  }

  end(): void {
    this.#agent.destroy()
  }

  #take(end: number): number | null {
    const { requests, once } = this.job
    if (once && this.#next >= end) return null
    const at = this.#next % requests.length
    this.#next += 1
    return at
  }

  async #ask(at: number): Promise<void> {
    const sent = this.job.requests[at] as Sent
    const { status, body: whole } = await this.#post(sent)
    const body = withoutBudgets(whole)
    const known = this.#answers.get(at)
    if (known?.equals(body)) return
    const said = () => `${sent.path} answered ${status}: ${body.toString('utf8').slice(0, 600)}`
    if (status !== 200 || /"errors"\s*:\s*\[\s*\{/.test(body.toString('utf8'))) throw new Error(said())
    if (sent.digest === null) return
    if (createHash('sha256').update(body).digest('hex') !== sent.digest) throw new Error(`Another answer: ${said()}`)
    this.#answers.set(at, body)
  }

  #post({ path, headers, body }: Sent): Promise<{ status: number; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        agent: this.#agent,
        headers: { ...headers, 'content-type': 'application/json' },
      }
      const outgoing: ClientRequest = request(this.job.url + path, options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }))
        response.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

async function measure(job: Job): Promise<Measured> {
  const run = new Run(job)
  try {
    // What can be sent once must not all go into the warm-up.
    await run.send(job.warmUpSeconds, Math.ceil(job.requests.length / 4))
    await say({ began: true })
    const { took, seconds } = await run.send(job.seconds)
    if (took.length === 0) throw new Error('No request was left to measure with.')
    const sorted = Float64Array.from(took).sort()
    const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number
    return { requests: took.length, seconds, p50: rank(0.5), p99: rank(0.99) }
  } finally {
    run.end()
  }
}

process.once('disconnect', () => process.exit())
process.once('message', (job: Job) => {
  measure(job)
    .then((measured) => say({ measured }))
    .catch((error: unknown) => say({ failed: String(error) }))
    .finally(() => process.disconnect())
})
