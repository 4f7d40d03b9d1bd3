import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { CheckpointSigner } from '../../kernel/store/checkpoints.js'
import type { Database } from '../../kernel/store/database.js'
import type { Tx } from '../../kernel/store/work.js'
import { type ChainHead, type SignedCheckpoint, signCheckpoint } from '../../rules/checkpoint.js'
import { type KeyKind, loadKeys, rotateKey, type ServiceKey, thumbprint } from './service-keys.js'

/** The public half of a key that signs checkpoints, as `/.well-known/checkpoint-keys.json` shows it (RFC 8037). */
export interface CheckpointJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  kid: string
  use: 'sig'
  alg: 'EdDSA'
}

/** A service looks this often whether another one has made a new key. What the key before it signed holds for ever. */
const lookAgainMs = 60_000
const makePair = promisify(generateKeyPair)
const nameOf = (x: string): string => thumbprint({ crv: 'Ed25519', kty: 'OKP', x })

/** Keys that sign checkpoints: their public halves are kept and published for ever. */
export const checkpointKeys: KeyKind<CheckpointJwk> = {
  table: 'checkpoint_key',
  rotation: { action: 'rotateCheckpointKey', property: 'checkpointKey' },
  keptSeconds: null,
  lost: 'The key that signs checkpoints was sealed under another FIELDWORK_SECRET. Put that secret back, or make a new key with: npm run keys:rotate -- --of checkpoints',
  async make() {
    const { publicKey, privateKey } = await makePair('ed25519')
    const { x } = publicKey.export({ format: 'jwk' }) as { x: string }
    return { jwk: { kty: 'OKP', crv: 'Ed25519', x, kid: nameOf(x), use: 'sig', alg: 'EdDSA' }, privateKey }
  },
}

/** Signs checkpoints, and publishes the keys. One for each process. */
export class Checkpoints implements CheckpointSigner {
  #keys: ServiceKey<CheckpointJwk>[] = []
  #loadedAt = 0
  #loading: Promise<void> | null = null

  private constructor(private readonly database: Database) {}

  /** Reads the keys; makes the first one where there is none. */
  static async open(database: Database): Promise<Checkpoints> {
    const checkpoints = new Checkpoints(database)
    await checkpoints.#load()
    return checkpoints
  }

  async ready(): Promise<void> {
    if (performance.now() - this.#loadedAt >= lookAgainMs) await this.#load()
  }

  sign(head: ChainHead, at: Date): SignedCheckpoint {
    const { id, privateKey } = this.#present
    return signCheckpoint(head, at, id, privateKey as KeyObject)
  }

  /** The public halves of all keys that ever signed (RFC 7517), the present one first. */
  async jwks(): Promise<{ keys: CheckpointJwk[] }> {
    await this.ready()
    return { keys: this.#keys.map(({ jwk }) => jwk) }
  }

  /** Makes a new key now; the present one signs no more. */
  async rotate(): Promise<void> {
    await rotateKey(this.database, checkpointKeys, this.#present.id)
    await this.#load()
  }

  get #present(): ServiceKey<CheckpointJwk> {
    return this.#keys.find(({ retiredAt }) => retiredAt === null) as ServiceKey<CheckpointJwk>
  }

  /** Acts that wait for the keys wait together. */
  #load(): Promise<void> {
    this.#loading ??= loadKeys(this.database, checkpointKeys)
      .then((keys) => {
        this.#keys = keys
        this.#loadedAt = performance.now()
      })
      .finally(() => {
        this.#loading = null
      })
    return this.#loading
  }
}

/**
 * The published keys as they stand in this transaction, by name. One whose name does not follow from it is none: it was not
 * made by the service.
 */
export async function publishedKeys(tx: Tx): Promise<ReadonlyMap<string, KeyObject>> {
  const rows = await tx.query<{ id: string; public_jwk: CheckpointJwk }>('select id, public_jwk from checkpoint_key')
  return new Map(
    rows.flatMap(({ id, public_jwk }): [string, KeyObject][] => {
      const key = keyNamed(id, public_jwk)
      return key ? [[id, key]] : []
    }),
  )
}

function keyNamed(id: string, jwk: Partial<CheckpointJwk> | null): KeyObject | null {
  if (typeof jwk?.x !== 'string' || id !== nameOf(jwk.x)) return null
  try {
    return keyOf(jwk.x)
  } catch {
    return null
  }
}

/** @param x the 32 bytes of the public key, in base64url */
export const keyOf = (x: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
