import { expect, test } from 'vitest'
import { Passwords } from '../../src/features/identity/passwords.js'

const password = 'a long enough password'

test('takes as long for an unknown address as for a wrong password', async () => {
  const real = new Passwords()
  const known = await real.hash(password)
  const time = async (hash: string | null) => {
    const from = performance.now()
    expect(await real.verify(hash, 'a wrong password')).toBe(false)
    return performance.now() - from
  }
  await time(null)
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
  for (let round = 0; round < 7; round += 1) {
    times.known.push(await time(known))
    times.unknown.push(await time(null))
  }
  const median = (list: number[]) => list.sort((a, b) => a - b)[3] as number
  // Without the dummy the unknown one is a hundred times as fast; machines that are busy wobble by much less.
  expect(median(times.unknown)).toBeGreaterThan(median(times.known) / 3)
  expect(await real.verify(known, password)).toBe(true)
  expect(known).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})
