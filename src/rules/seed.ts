import { createHash, hash } from 'node:crypto'

/**
 * The seed of a population: settled once, when it is frozen, and used by every sample of it. Nobody chooses it, and nobody can
 * have another (product page, section 4; AU-C 530.A13: selection without bias). Nothing here is random: the dice come from outside.
 */

/** How many bytes the service draws at random for a seed. */
export const SEED_RANDOM_BYTES = 32

/** Between what was drawn at random and what a person added. */
const SEPARATOR = Buffer.from([0x1f])

export interface SeedParts {
  /** What the service drew at random when the population was frozen, in lower-case hex. */
  random: string
  /** What a person added before the items came; null where no one did. */
  contribution: string | null
}

/**
 * The seed: SHA-256, in lower-case hex, over the bytes drawn at random, the byte 0x1F and what a person added, in UTF-8. Who
 * adds a text cannot steer it, since the bytes are drawn afterwards; who draws the bytes cannot either, as the text was kept before.
 */
export const seedOf = ({ random, contribution }: SeedParts): string =>
  createHash('sha256')
    .update(Buffer.from(random, 'hex'))
    .update(SEPARATOR)
    .update(contribution ?? '')
    .digest('hex')

/** What is published at freezing: SHA-256 of the seed as text, in lower-case hex. Who has it can check the seed when it is told. */
export const seedHashOf = (seed: string): string => hash('sha256', seed, 'hex')
