import type pg from 'pg'

// What a superuser can do who knows how the trail is made.

/** Does something to the tables past all triggers. */
export async function tamper(owner: pg.Pool, ...statements: [sql: string, values?: unknown[]][]): Promise<void> {
  const connection = await owner.connect()
  try {
    await connection.query('begin; set local session_replication_role = replica')
    for (const [sql, values] of statements) await connection.query(sql, values)
    await connection.query('commit')
  } catch (error) {
    await connection.query('rollback')
    throw error
  } finally {
    connection.release()
  }
}

/** Another story from one entry on: every hash behind it is made anew, the head's included. */
export async function rewriteTrail(owner: pg.Pool, chainId: string, position: number): Promise<void> {
  const { rows } = await owner.query<{ position: string }>(
    'select position from trail_entry where chain_id = $1 and position >= $2 order by position',
    [chainId, position],
  )
  const links = rows.flatMap(({ position: at }): [string, unknown[]][] => [
    [
      `update trail_entry e set previous_hash = coalesce(
         (select hash from trail_entry b where b.chain_id = e.chain_id and b.position = e.position - 1), e.previous_hash)
       where chain_id = $1 and position = $2`,
      [chainId, at],
    ],
    [
      `update trail_entry set hash = trail_hash(previous_hash, chain_id, position, at, actor_id, actor_name, action,
         node_type, node_id, changes) where chain_id = $1 and position = $2`,
      [chainId, at],
    ],
  ])
  await tamper(
    owner,
    [`update trail_entry set actor_name = 'Nobody' where chain_id = $1 and position = $2`, [chainId, position]],
    ...links,
    moveHead(chainId),
  )
}

/** Removes every entry behind a position, and sets the head back to it. */
export const cutTrail = (owner: pg.Pool, chainId: string, position: number): Promise<void> =>
  tamper(
    owner,
    ['delete from trail_entry where chain_id = $1 and position > $2', [chainId, position]],
    ['update trail_head set position = $2 where chain_id = $1', [chainId, position]],
    moveHead(chainId),
  )

const moveHead = (chainId: string): [string, unknown[]] => [
  `update trail_head h set hash = (select hash from trail_entry e where e.chain_id = h.chain_id and e.position = h.position)
   where chain_id = $1`,
  [chainId],
]
