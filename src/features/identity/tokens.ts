import { hash, randomUUID } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Claims } from '../../kernel/access/actor.js'
import { unauthenticated } from '../../kernel/access/faults.js'
import type { TokenIssuer } from '../../kernel/execute/services.js'
import type { Database } from '../../kernel/store/database.js'
import { changeSigningKey, loadSigningKeys, type PublicJwk, rotateSigningKey, type SigningKey } from './signing-keys.js'

/** How old a signing key becomes. */
const keyLifeDays = 30
/** A service looks this often whether another one has made a new key, so it signs with an old one at most so long. */
const lookAgainSeconds = 60
/** Clocks of two machines differ. */
const leewaySeconds = 5
/** A retired key is known longer than tokens live: until the last that was signed with it has expired everywhere. */
const keptBeyondSeconds = lookAgainSeconds + 2 * leewaySeconds

const audience = 'fieldwork'
/** RFC 9068: no other kind of token passes for an access token. */
const type = 'at+jwt'
const tokenCharsMax = 4_096

const body = z.object({
  sub: z.uuid(),
  mid: z.uuid(),
  fid: z.uuid(),
  cid: z.uuid().optional(),
  sid: z.uuid(),
  jti: z.uuid(),
  iat: z.int(),
  exp: z.int(),
  nbf: z.number().optional(),
})

/** What a token said when it was verified, by which key, and when it may be believed again. */
interface Verified {
  claims: Claims
  key: SigningKey
  /** Seconds since 1970. */
  from: number
  until: number
}

export interface TokensOptions {
  /** Who makes the tokens: the service's public address. */
  issuer: string
  /** How long an access token holds. 10 when absent. */
  accessTokenMinutes?: number
  /**
   * A key's name that is not known makes the service look for it, but no more often than this: it may be invented.
   * 5 when absent.
   */
  unknownKeyPauseSeconds?: number
  /** How many verified tokens are remembered. 1,000 when absent. */
  rememberedMax?: number
}

/** Makes and checks access tokens: JWT, signed with RS256. One for each process. */
export class Tokens implements TokenIssuer {
  #keys = new Map<string, SigningKey>()
  #present: SigningKey
  #loadedAt = 0
  #loading: Promise<void> | null = null
  /** By a digest: who reads the memory does not find tokens there that he could use. */
  readonly #verified: LRUCache<string, Verified>
  readonly #tokenSeconds: number
  readonly #keptSeconds: number

  private constructor(
    private readonly database: Database,
    private readonly options: TokensOptions,
  ) {
    this.#verified = new LRUCache({ max: options.rememberedMax ?? 1_000 })
    this.#tokenSeconds = (options.accessTokenMinutes ?? 10) * 60
    this.#keptSeconds = this.#tokenSeconds + keptBeyondSeconds
  }

  /** Reads the keys; makes the first one where there is none. */
  static async open(database: Database, options: TokensOptions): Promise<Tokens> {
    const tokens = new Tokens(database, options)
    await tokens.#load()
    return tokens
  }

  async ready(): Promise<void> {
    if (this.#secondsSinceLoad() >= lookAgainSeconds) await this.#load()
  }

  /** Needs no database: `ready` was asked before. */
  sign(claims: Claims): { token: string; expiresAt: Date } {
    const { id, privateKey } = this.#present
    const issuedAt = Math.floor(Date.now() / 1000)
    const payload = {
      sub: claims.userId,
      mid: claims.memberId,
      fid: claims.firmId,
      ...(claims.clientId ? { cid: claims.clientId } : {}),
      sid: claims.sessionId,
      iat: issuedAt,
      exp: issuedAt + this.#tokenSeconds,
      jti: randomUUID(),
    }
    const header = { alg: 'RS256', kid: id, typ: type }
    const token = jwt.sign(payload, privateKey as never, {
      algorithm: 'RS256',
      issuer: this.options.issuer,
      audience,
      header,
    })
    return { token, expiresAt: new Date(payload.exp * 1000) }
  }

  /**
   * What the token says, when it is one of ours and still holds. Whether the session goes on is asked of the database,
   * by each transaction.
   * @throws Fault UNAUTHENTICATED for anything else, always the same
   */
  async verify(token: string): Promise<Claims> {
    if (token.length > tokenCharsMax) throw unauthenticated()
    const digest = hash('sha256', token, 'base64url')
    const before = this.#verified.get(digest)
    if (before && this.#stillHolds(before)) return before.claims
    const key = await this.#keyOf(token)
    if (!key) throw unauthenticated()
    const verified = this.#verifiedBy(key, token)
    this.#verified.set(digest, verified)
    return verified.claims
  }

  /** The public halves of the keys whose tokens may be about (RFC 7517). */
  async jwks(): Promise<{ keys: PublicJwk[] }> {
    await this.ready()
    return { keys: [...this.#keys.values()].filter((key) => this.#isKnown(key)).map((key) => key.jwk) }
  }

  /** Makes a new key now; the present one signs no more. */
  async rotate(): Promise<void> {
    await rotateSigningKey(this.database, this.#present.id)
    await this.#load()
  }

  /** Makes a new key where the present one is too old. No request waits for it, nor does it note it: see key-care.ts. */
  async replaceOldKey(): Promise<void> {
    await this.#load()
    const { id, createdAt } = this.#present
    if (Date.now() - createdAt.getTime() <= keyLifeDays * 86_400_000) return
    await changeSigningKey(this.database, id)
    await this.#load()
  }

  #verifiedBy(key: SigningKey, token: string): Verified {
    try {
      const said = body.parse(
        jwt.verify(token, key.publicKey, {
          algorithms: ['RS256'],
          issuer: this.options.issuer,
          audience,
          maxAge: this.#tokenSeconds,
          clockTolerance: leewaySeconds,
        }),
      )
      return {
        claims: Object.freeze({
          userId: said.sub,
          memberId: said.mid,
          firmId: said.fid,
          clientId: said.cid ?? null,
          sessionId: said.sid,
        }),
        key,
        from: (said.nbf ?? 0) - leewaySeconds,
        until: Math.min(said.exp, said.iat + this.#tokenSeconds) + leewaySeconds,
      }
    } catch {
      throw unauthenticated()
    }
  }

  /** Whether what was verified before would be verified now: its time is not over, and its key is one of those known now. */
  #stillHolds({ key, from, until }: Verified): boolean {
    const now = Math.floor(Date.now() / 1000)
    return from <= now && now < until && this.#keys.get(key.id) === key && this.#isKnown(key)
  }

  async #keyOf(token: string): Promise<SigningKey | null> {
    const header = headerOf(token)
    if (header?.alg !== 'RS256' || header.typ !== type || typeof header.kid !== 'string') return null
    // What must be understood (RFC 7515, 4.1.11) is more than is understood here.
    if (header.crit !== undefined) return null
    if (!this.#keys.has(header.kid) && this.#secondsSinceLoad() >= (this.options.unknownKeyPauseSeconds ?? 5))
      await this.#load()
    const key = this.#keys.get(header.kid)
    return key && this.#isKnown(key) ? key : null
  }

  #isKnown({ retiredAt }: SigningKey): boolean {
    return retiredAt === null || Date.now() < retiredAt.getTime() + this.#keptSeconds * 1_000
  }

  #secondsSinceLoad(): number {
    return (performance.now() - this.#loadedAt) / 1000
  }

  /** Requests that wait for the keys wait together. */
  #load(): Promise<void> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = null
    })
    return this.#loading
  }

  async #read(): Promise<void> {
    const keys = await loadSigningKeys(this.database, this.#keptSeconds)
    this.#present = keys.find((key) => key.retiredAt === null) as SigningKey
    this.#keys = new Map(keys.map((key) => [key.id, key]))
    this.#loadedAt = performance.now()
  }
}

function headerOf(token: string): { alg?: unknown; typ?: unknown; kid?: unknown; crit?: unknown } | null {
  try {
    return (jwt.decode(token, { complete: true })?.header as object | undefined) ?? null
  } catch {
    return null
  }
}
