import type { KeyObject } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { CannotStart } from '../../kernel/cannot-start.js'
import { type CheckpointSigner, signHeadsThatMoved, storedCheckpoints } from '../../kernel/store/checkpoints.js'
import type { Database } from '../../kernel/store/database.js'
import { firmIds, readFirm } from '../../kernel/store/maintenance.js'
import { write } from '../../kernel/store/work.js'
import { checkpointLine, isSignedBy, readCheckpointLine, type SignedCheckpoint } from '../../rules/checkpoint.js'
import { keyOf } from '../identity/checkpoint-keys.js'

export type Keys = ReadonlyMap<string, KeyObject>

export interface FileLine {
  /** Counted from 1. */
  number: number
  /** Null for a line that is none of a checkpoint. */
  checkpoint: SignedCheckpoint | null
}

/** The lines of a checkpoint file, one after the other; empty ones are passed over. */
export async function* linesOf(file: string): AsyncGenerator<FileLine> {
  let number = 0
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1
    if (line.trim() !== '') yield { number, checkpoint: readCheckpointLine(line) }
  }
}

export const isSignedByOneOf = (checkpoint: SignedCheckpoint, keys: Keys): boolean => {
  const key = keys.get(checkpoint.keyId)
  return key !== undefined && isSignedBy(checkpoint, key)
}

/**
 * Public keys that were kept elsewhere, as `/.well-known/checkpoint-keys.json` answered them.
 * @throws CannotStart when the file holds something else
 */
export async function keysIn(file: string): Promise<Keys> {
  const text = await readFile(file, 'utf8')
  try {
    const { keys } = JSON.parse(text) as { keys: { kid: string; x: string }[] }
    return new Map(keys.map(({ kid, x }) => [kid, keyOf(x)]))
  } catch {
    throw new CannotStart('The file of keys is not what /.well-known/checkpoint-keys.json answers.')
  }
}

/**
 * Signs the head of every chain of every firm that has moved since its last checkpoint. With a file, appends to it what
 * was stored since the file was last written, the checkpoints of acts included.
 * @param keys those published, by which it is recognised what the file holds already
 * @throws the reason of `stopping` before the next firm once that is aborted: what is signed stays
 */
export async function takeCheckpoints(
  database: Database,
  signer: CheckpointSigner,
  keys: Keys,
  file: string | null,
  stopping?: AbortSignal,
): Promise<{ signed: number; appended: number }> {
  const kept = file === null ? null : await lastIn(file, keys)
  let [signed, appended] = [0, 0]
  await signer.ready()
  for (const firmId of await firmIds(database)) {
    stopping?.throwIfAborted()
    signed += await write(database, null, 'checkpoint', async (tx) => {
      await tx.enter(firmId)
      return (await signHeadsThatMoved(tx, signer)).length
    })
    if (file === null || kept === null) continue
    const own = [...kept.values()].filter((last) => last.firmId === firmId)
    const news = await readFirm(database, firmId, (tx) =>
      storedCheckpoints(
        tx,
        `c.position > coalesce((select k.position from unnest($2::uuid[], $3::bigint[]) as k (chain_id, position)
           where k.chain_id = c.chain_id), 0)`,
        [own.map(({ chainId }) => chainId), own.map(({ position }) => position)],
      ),
    )
    // What is stored without a valid signature is no checkpoint; `verify` names it.
    const valid = news.filter((checkpoint) => isSignedByOneOf(checkpoint, keys))
    await append(file, valid)
    appended += valid.length
  }
  return { signed, appended }
}

/** The last checkpoint of each chain that the file holds. A forged line does not keep out what comes after it. */
async function lastIn(file: string, keys: Keys): Promise<Map<string, SignedCheckpoint>> {
  const last = new Map<string, SignedCheckpoint>()
  if (!existsSync(file)) return last
  for await (const { checkpoint } of linesOf(file)) {
    if (!checkpoint || !isSignedByOneOf(checkpoint, keys)) continue
    const known = last.get(checkpoint.chainId)
    if (!known || known.position < checkpoint.position) last.set(checkpoint.chainId, checkpoint)
  }
  return last
}

/** Appends lines and waits until they are on the disk. A last line that was broken off is ended first. */
async function append(file: string, checkpoints: readonly SignedCheckpoint[]): Promise<void> {
  if (checkpoints.length === 0) return
  const handle = await open(file, 'a+')
  try {
    const { size } = await handle.stat()
    const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: Math.max(size - 1, 0) })
    const before = size > 0 && buffer.toString() !== '\n' ? '\n' : ''
    await handle.appendFile(before + checkpoints.map((checkpoint) => `${checkpointLine(checkpoint)}\n`).join(''))
    await handle.sync()
  } finally {
    await handle.close()
  }
}
