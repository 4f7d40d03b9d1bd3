import { afterEach, describe, expect, test, vi } from 'vitest'
import { KeyCare } from '../../src/features/identity/key-care.js'
import { signInWorld } from '../support/sign-in.js'
import { sentDuring } from '../support/statements.js'

const w = await signInWorld()
const ada = 'ada@larch.example.test'
const bea = 'bea@birch.example.test'
const larch = await w.firm('Larch & Partners (invented)', ada)
const birch = await w.firm('Birch LLP (invented)', bea)
const { owner } = w.world

const logged: { facts: any; message: string }[] = []
const write = (facts: object, message: string) => void logged.push({ facts, message })
/** A service's own care of keys, which remembers nothing of the others'. */
const care = () => new KeyCare(w.world.database, w.tokens, { info: write, warn: write, error: write })

const present = async (): Promise<string> =>
  (await owner.query('select id from signing_key where retired_at is null')).rows[0].id
const makeOld = () =>
  owner.query("update signing_key set created_at = now() - interval '31 days' where retired_at is null")
/** From now on the service takes its keys for read long ago. */
function lookAgain() {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + 3_600_000)
}
const noted = async (firmId: string): Promise<{ before: string; after: string }[]> =>
  (
    await owner.query(
      "select changes from trail_entry where chain_id = $1 and action = 'rotateSigningKey' order by position",
      [firmId],
    )
  ).rows.map(({ changes }) => {
    const [{ before, after }] = JSON.parse(changes)
    return { before: before.signingKey, after: after.signingKey }
  })

/** While it is there, what is done to these rows fails. */
async function failing<T>(event: string, work: () => Promise<T>): Promise<T> {
  await owner.query(`create function stop() returns trigger language plpgsql as $$
    begin raise exception 'not today'; end $$;
    create trigger stop before ${event} execute function stop()`)
  try {
    return await work()
  } finally {
    await owner.query('drop function stop cascade')
  }
}

afterEach(() => {
  vi.restoreAllMocks()
  logged.length = 0
})

describe('a signing key that is too old', () => {
  test('is replaced by no request: none opens the realm of maintenance, nor changes the key', async () => {
    await makeOld()
    const before = await present()
    lookAgain()
    const { answer, sent } = await sentDuring(async () => {
      const { refreshToken } = await w.signIn(ada)
      return w.send('refreshSession', { refreshToken })
    })
    expect(answer.payload.session.accessToken).toEqual(expect.any(String))
    const statements = sent.map(({ sql }) => sql)
    expect(statements.filter((sql) => sql.includes('from signing_key'))).not.toEqual([])
    expect(statements.filter((sql) => sql.includes('maintenance'))).toEqual([])
    expect(await present()).toBe(before)
  })

  test('is replaced though the trail of a firm cannot be written, which is told later, once', async () => {
    await makeOld()
    const before = await present()
    const { accessToken } = await w.signIn(bea)
    await failing(`update on trail_head for each row when (old.firm_id = '${larch.firmId}')`, async () => {
      await care().round()
      expect(await w.signIn(bea)).toMatchObject({ memberId: birch.admin.memberId })
    })
    const after = await present()
    expect(after).not.toBe(before)
    expect(logged).toMatchObject([{ facts: { firmId: larch.firmId, keys: 'signing_key' } }])
    expect(await noted(birch.firmId)).toContainEqual({ before, after })
    expect(await noted(larch.firmId)).not.toContainEqual({ before, after })
    expect(await w.tokens.verify(accessToken)).toMatchObject({ firmId: birch.firmId })
    // By two services at once, and by another start.
    await Promise.all([care().round(), care().round()])
    await care().round()
    expect(logged).toHaveLength(1)
    for (const { firmId } of [larch, birch]) {
      expect((await noted(firmId)).filter((change) => change.after === after)).toEqual([{ before, after }])
    }
  })

  test('is changed without waiting for a firm whose row and trail are held', async () => {
    await makeOld()
    const before = await present()
    await owner.query('begin')
    await owner.query("select set_config('app.firm_id', $1, true)", [larch.firmId])
    await owner.query('select 1 from firm f join trail_head h using (firm_id) where f.firm_id = $1 for update', [
      larch.firmId,
    ])
    const started = performance.now()
    await w.tokens.replaceOldKey()
    expect(performance.now() - started).toBeLessThan(5_000)
    await owner.query('rollback')
    expect(await present()).not.toBe(before)
  })

  test('goes on signing when it cannot be replaced, and the log says so', async () => {
    await care().round()
    await makeOld()
    const before = await present()
    await failing('insert on signing_key', async () => {
      await care().round()
      lookAgain()
      const { accessToken } = await w.signIn(ada)
      expect(await w.tokens.verify(accessToken)).toMatchObject({ firmId: larch.firmId })
    })
    expect(logged.map(({ message }) => message)).toEqual([
      'the key that signs tokens could not be replaced: the present one goes on signing',
    ])
    expect(await present()).toBe(before)
    await care().round()
    expect(await present()).not.toBe(before)
  })
})

test('a firm that was made after the key is told nothing: nothing was changed for it', async () => {
  const late = await w.firm('Rowan (invented)', 'rea@rowan.example.test')
  await care().round()
  expect(await noted(late.firmId)).toEqual([])
})
