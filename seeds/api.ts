import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** Carries one HTTP request to the service and its JSON answer back. */
export type Send = (
  headers: Record<string, string>,
  body: string | Buffer,
  to?: { method: 'POST' | 'PUT'; path: string },
) => Promise<unknown>

const graphql = { method: 'POST', path: '/graphql' } as const

/** Over the network, to a running service. */
export const overHttp =
  (address: string): Send =>
  async (headers, body, { method, path } = graphql) => {
    const response = await fetch(`${address}${path}`, { method, headers, body: body as BodyInit })
    return response.json()
  }

/** From inside, to a service that does not listen yet. */
export const fromInside =
  (app: FastifyInstance): Send =>
  async (headers, body, { method, path } = graphql) =>
    (await app.inject({ method, url: path, headers, payload: body })).json()

/** A file as a person brings it. */
export interface BroughtFile {
  name: string
  content: Buffer
}

/** How long a scanner may take for a file of the seeds. */
const scanMs = 30_000

/** How a file that is brought was obtained. */
export interface Provenance {
  origin: string
  source: string
  coversFrom?: string
  coversTo?: string
}

interface Answer {
  data?: Record<string, unknown> | null
  errors?: { message: string; extensions?: Record<string, unknown> }[]
}

/** What came back and was selected; its shape is known to who selected it. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Selected = any

/** An act was refused; the message says by what. */
export class ActRefused extends Error {
  constructor(
    readonly mutation: string,
    readonly errors: { code: string; message: string }[],
  ) {
    super(`${mutation}: ${errors.map(({ code, message }) => `${code} ${message}`).join('; ')}`)
  }
}

/** One person at the API, as any front end would be: GraphQL over HTTP with a token, nothing else. */
export class Person {
  #token: string | null = null

  constructor(
    private readonly send: Send,
    readonly name: string,
    readonly email: string,
    readonly role: string,
  ) {}

  /** The token that requests are sent with; null before the first sign-in. */
  get token(): string | null {
    return this.#token
  }

  /** The membership the token is for. */
  memberId = ''

  async accept(token: string, password: string): Promise<void> {
    await this.does('acceptInvitation', { token, password })
    await this.signIn(password)
  }

  async signIn(password: string): Promise<void> {
    const { session } = await this.does('signIn', { email: this.email, password }, 'session { accessToken memberId }')
    this.#token = session.accessToken
    this.memberId = session.memberId
  }

  /** Works with a token that was signed for them elsewhere. */
  bear(token: string): this {
    this.#token = token
    return this
  }

  async ask(query: string, variables: Record<string, unknown> = {}): Promise<Selected> {
    const answer = await this.#post({ 'content-type': 'application/json' }, JSON.stringify({ query, variables }))
    return this.#told(answer, query)
  }

  /** Does an act and answers what was selected of its payload. @throws ActRefused */
  async does(mutation: string, input: Record<string, unknown>, selection = ''): Promise<Selected> {
    const { query, variables } = act(mutation, input, selection)
    return this.#done(mutation, await this.ask(query, variables))
  }

  /** Brings a file as evidence for an engagement; answers the id of the evidence. */
  async brings(engagementId: string, { name, content }: BroughtFile, said: Provenance): Promise<string> {
    const { upload } = await this.does('createUpload', { engagementId, fileName: name, ...said }, 'upload { url }')
    // The address says where others reach the service: here it is reached as it is for everything else.
    const to = { method: 'PUT', path: new URL(upload.url).pathname } as const
    const answer = (await this.send({ 'content-type': 'application/octet-stream' }, content, to)) as Selected
    if (!answer.evidence) throw new Error(`${this.name}: ${name}: ${JSON.stringify(answer)}`)
    const { id } = answer.evidence
    let { state } = answer.evidence
    // Where a scanner is set, it looks at the file first.
    for (const end = Date.now() + scanMs; state === 'PENDING' && Date.now() < end; ) {
      await pause(scanMs / 100)
      state = (await this.ask('query ($id: ID!) { evidence(id: $id) { state } }', { id })).evidence.state
    }
    if (state !== 'AVAILABLE') throw new Error(`${this.name}: ${name} is ${state}.`)
    return id
  }

  #post(headers: Record<string, string>, body: string | Buffer): Promise<Answer> {
    const signed = this.#token ? { ...headers, authorization: `Bearer ${this.#token}` } : headers
    return this.send(signed, body) as Promise<Answer>
  }

  #told(answer: Answer, asked: string): Selected {
    if (!answer.data || answer.errors) {
      throw new Error(`${this.name}: ${asked.slice(0, 200)}: ${JSON.stringify(answer.errors ?? answer)}`)
    }
    return answer.data
  }

  #done(mutation: string, data: Selected): Selected {
    const payload = data[mutation]
    if (payload.errors.length > 0) throw new ActRefused(mutation, payload.errors)
    return payload
  }
}

function act(mutation: string, input: Record<string, unknown>, selection: string) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
  return {
    query: `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} errors { code message path } } }`,
    variables: { input: mutation === 'signIn' ? input : { idempotencyKey: randomUUID(), ...input } },
  }
}
