import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/**
 * Keys derived from the service's secret: a digest that cannot be computed without it, and a box that cannot be opened without it.
 * Each purpose has a key of its own (HKDF-SHA-256).
 */
export class SecretBox {
  readonly #sealing: Buffer
  readonly #digesting: Buffer

  constructor(secret: string) {
    const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'fieldwork', purpose, 32))
    this.#sealing = derive('sealing')
    this.#digesting = derive('digesting')
  }

  /** HMAC-SHA-256 of the text. */
  digest(text: string | Buffer): Buffer {
    return createHmac('sha256', this.#digesting).update(text).digest()
  }

  /** AES-256-GCM: 12 bytes of nonce, 16 of tag, then the cipher text. */
  seal(text: string): Buffer {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), body])
  }

  /** Throws when the box was sealed under another secret or was altered. */
  open(box: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, box.subarray(0, 12))
    decipher.setAuthTag(box.subarray(12, 28))
    return Buffer.concat([decipher.update(box.subarray(28)), decipher.final()]).toString('utf8')
  }
}
