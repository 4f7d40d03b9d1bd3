import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { findEmbedded } from '../../src/local-postgres/embedded.js'
import { auditFirm, signedIn } from '../support/audit-firm.js'
import { dataFolder, freePort, start } from '../support/service-process.js'

async function connected(url: string | null): Promise<pg.Client> {
  const client = new pg.Client(`${url}`)
  client.on('error', () => undefined)
  await client.connect()
  return client
}

test('a service that is killed in the middle of a bulk save leaves nothing of it, and the same call saves all of it once', {
  timeout: 120_000,
}, async () => {
  const settings = { PORT: String(await freePort()), FIELDWORK_DATA_DIR: await dataFolder(), FIELDWORK_SEED: 'none' }
  const address = `http://127.0.0.1:${settings.PORT}`
  const { cells } = await auditFirm(settings)
  const service = start(settings)
  await service.ready
  const { staff } = await signedIn(address, 'staff')
  const url = () => findEmbedded(settings.FIELDWORK_DATA_DIR)
  // Who holds the sample does not see who waits: a transaction sees the activity of others as it was at first.
  const [owner, holder] = [await connected(await url()), await connected(await url())]
  const [found] = (
    await owner.query(
      'select s.procedure_id as id from fieldwork.sample_item i join fieldwork.sample s on s.id = i.sample_id where i.id = $1',
      [cells[0]?.sampleItemId],
    )
  ).rows
  const results = cells.map((cell) => ({ ...cell, outcome: 'NO_DEVIATION' }))
  const saving = { idempotencyKey: randomUUID(), procedureId: found.id, results }
  const saved = async (by: pg.Client) =>
    (await by.query('select count(*)::int as n from fieldwork.result where procedure_id = $1', [found.id])).rows[0].n
  const before = await saved(owner)

  // The sample is held: the results are written, what they come to is not.
  await holder.query('begin')
  await holder.query('select from fieldwork.sample for update')
  const unanswered = staff.does('recordResults', saving, 'sample { testedCount }').then(
    () => 'answered',
    () => 'not answered',
  )
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and state = 'active'`
  while ((await owner.query(waiting)).rows.length === 0) await pause(20)
  service.child.kill('SIGKILL')
  await service.ended
  expect(await unanswered).toBe('not answered')
  await holder.query('rollback')
  while ((await owner.query(waiting)).rows.length > 0) await pause(20)
  expect(await saved(owner)).toBe(before)
  await Promise.all([owner.end(), holder.end()])

  const next = start(settings)
  await next.ready
  // The database began anew with the service.
  const eyes = await connected(await url())
  try {
    const again = (await signedIn(address, 'staff')).staff
    const answer = await again.does('recordResults', saving, 'sample { testedCount } results { version }')
    expect(answer.results).toHaveLength(results.length)
    expect(await saved(eyes)).toBe(before + results.length)
    expect(await again.does('recordResults', saving, 'sample { testedCount } results { version }')).toEqual(answer)
    expect(await saved(eyes)).toBe(before + results.length)
  } finally {
    await eyes.end()
    next.child.kill('SIGTERM')
    await next.ended
  }
})
