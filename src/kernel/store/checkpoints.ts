import type { ChainHead, SignedCheckpoint } from '../../rules/checkpoint.js'
import type { Tx } from './tx.js'
import type { WriteTx } from './write-tx.js'

/** Signs heads of chains with the present key of the service. */
export interface CheckpointSigner {
  /** Knows the present key afterwards. To be asked before a transaction is opened: it may read the database itself. */
  ready(): Promise<void>
  sign(head: ChainHead, at: Date): SignedCheckpoint
}

interface HeadRow {
  chainId: string
  position: number
  hash: string
}

const headsOf = `select chain_id as "chainId", position, encode(hash, 'hex') as hash from trail_head
  where firm_id = $1 and chain_id = any($2)`

const headsThatMoved = `select h.chain_id as "chainId", h.position, encode(h.hash, 'hex') as hash from trail_head h
  where h.firm_id = $1 and not exists (select 1 from checkpoint c
    where c.firm_id = h.firm_id and c.chain_id = h.chain_id and c.position = h.position) order by h.chain_id`

/**
 * Signs the heads of these chains of the firm entered, as they stand in this transaction, and stores the checkpoints with its
 * commit. Where one is stored for the same position already, that one stays.
 */
export async function signHeads(
  tx: WriteTx,
  signer: CheckpointSigner,
  chainIds: readonly string[],
): Promise<SignedCheckpoint[]> {
  return signed(tx, signer, await tx.prepared<HeadRow>(headsOf, [tx.firmId, chainIds]))
}

/** The same for every chain of the firm entered that has moved since its last checkpoint, or has none. */
export async function signHeadsThatMoved(tx: WriteTx, signer: CheckpointSigner): Promise<SignedCheckpoint[]> {
  return signed(tx, signer, await tx.prepared<HeadRow>(headsThatMoved, [tx.firmId]))
}

function signed(tx: WriteTx, signer: CheckpointSigner, heads: readonly HeadRow[]): SignedCheckpoint[] {
  const checkpoints = heads.map((head) => signer.sign({ firmId: tx.firmId, ...head }, tx.now))
  for (const { firmId, chainId, position, hash, at, keyId, signature } of checkpoints) {
    tx.deferToCommit(
      tx.prepared(
        `insert into checkpoint (firm_id, chain_id, position, hash, at, key_id, signature)
         values ($1, $2, $3, decode($4, 'hex'), $5, $6, $7) on conflict do nothing`,
        [firmId, chainId, position, hash, at, keyId, Buffer.from(signature, 'base64url')],
      ),
    )
  }
  return checkpoints
}

interface StoredCheckpoint extends Omit<SignedCheckpoint, 'signature'> {
  signature: Buffer
}

/**
 * Checkpoints of the firm entered, in order. The caller has seen to it that the actor may read these chains.
 * @param where a further condition, with parameters from `$2` on
 */
export async function storedCheckpoints(
  tx: Tx,
  where: string,
  parameters: readonly unknown[],
  order = 'c.chain_id, c.position',
): Promise<SignedCheckpoint[]> {
  const found = await tx.query<StoredCheckpoint>(
    `select c.firm_id as "firmId", c.chain_id as "chainId", c.position, encode(c.hash, 'hex') as hash, c.at,
       c.key_id as "keyId", c.signature from checkpoint c where c.firm_id = $1 and ${where} order by ${order}`,
    [tx.firmId, ...parameters],
  )
  return found.map((row) => ({ ...row, signature: row.signature.toString('base64url') }))
}
