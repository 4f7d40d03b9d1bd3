import { describe, expect, test } from 'vitest'
import { hashingLimits, Passwords } from '../../src/features/identity/passwords.js'
import { turnLimits } from '../../src/http/turns.js'
import { Turns } from '../../src/kernel/execute/turns.js'
import { signInPauses } from '../../src/rules/sign-in-pauses.js'
import { password, signInWorld } from '../support/sign-in.js'

/** Signs in with the right password of these tests, from a network. */
const posting = (w: Awaited<ReturnType<typeof signInWorld>>) => (email: string, remoteAddress: string) =>
  w.world.app.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress,
    payload: {
      query: 'mutation ($i: SignInInput!) { signIn(input: $i) { session { memberId } errors { code } } }',
      variables: { i: { email, password } },
    },
  })

/** Work that ends when it is told to. */
function works() {
  const begun: string[] = []
  const endings: (() => void)[] = []
  return {
    begun,
    work: (name: string) => () => {
      begun.push(name)
      return new Promise<string>((resolve) => {
        endings.push(() => resolve(name))
      })
    },
    endFirst: async () => {
      endings.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
const of = (name: string) => [{ name, of: 1 }]
const unavailable = { code: 'UNAVAILABLE' }

describe('taking turns', () => {
  test('lets so many work at once, each caller one after the other, however many one sends', async () => {
    const turns = new Turns({ atOnce: 2, waiting: 10, waitMs: 5_000 })
    const { begun, work, endFirst } = works()
    const all = ['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1', 'b2'].map((name) =>
      turns.take(of(name[0] as string), work(name)),
    )
    expect(begun).toEqual(['a1', 'a2'])
    for (let n = 0; n < 8; n += 1) await endFirst()
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4', 'b2', 'a5'])
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1', 'b2'])
  })

  test('refuses at once what the line cannot hold; who has less in it takes the place of who has most', async () => {
    const turns = new Turns({ atOnce: 1, waiting: 3, waitMs: 5_000 })
    const { begun, work, endFirst } = works()
    const [first, second, third, last] = ['a1', 'a2', 'a3', 'a4'].map((name) => turns.take(of('a'), work(name)))
    await expect(turns.take(of('a'), work('a5'))).rejects.toMatchObject(unavailable)
    const other = turns.take(of('b'), work('b1'))
    await expect(last).rejects.toMatchObject(unavailable)
    await expect(turns.take(of('b'), work('b2'))).rejects.toMatchObject(unavailable)
    for (let n = 0; n < 4; n += 1) await endFirst()
    expect(await Promise.all([first, second, third, other])).toEqual(['a1', 'a2', 'a3', 'b1'])
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3'])
  })

  test('refuses who would wait too long, without beginning, and passes on when work fails', async () => {
    const turns = new Turns({ atOnce: 1, waiting: 3, waitMs: 30 })
    const { begun, work, endFirst } = works()
    const first = turns.take(of('a'), work('a1'))
    await expect(turns.take(of('a'), work('a2'))).rejects.toMatchObject(unavailable)
    await expect(turns.take(of('b'), work('b1'))).rejects.toMatchObject(unavailable)
    await endFirst()
    await first
    await expect(turns.take(of('a'), () => Promise.reject(new Error('of the work')))).rejects.toThrow('of the work')
    const after = turns.take(of('a'), work('a3'))
    await endFirst()
    expect(await after).toBe('a3')
    expect(begun).toEqual(['a1', 'a3'])
  })
})

describe('hashing passwords', () => {
  test('occupies no more than half of the threads that Node.js has for it, and leaves a core where there is more than one', () => {
    expect(hashingLimits.atOnce).toBeGreaterThanOrEqual(1)
    expect(hashingLimits.atOnce).toBeLessThanOrEqual(2)
    expect(new Passwords()).toBeDefined()
  })

  test('for many strangers at once: few at a time, the others refused at once and not counted; who has an account comes in meanwhile', async () => {
    const w = await signInWorld()
    const ada = 'ada@larch.example.test'
    await w.firm('Larch & Partners (invented)', ada)
    let [atWork, most, hashed] = [0, 0, 0]
    const verify = w.passwords.verify.bind(w.passwords)
    w.passwords.verify = async (known, given) => {
      atWork += 1
      hashed += 1
      most = Math.max(most, atWork)
      await new Promise((resolve) => setTimeout(resolve, 2))
      return verify(known, given).finally(() => {
        atWork -= 1
      })
    }
    const post = posting(w)
    const flood = Array.from({ length: 200 }, (_, n) => post(`stranger${n}@nowhere.example.test`, '203.0.113.5'))
    const known = await post(ada, '192.0.2.1')
    expect(known.json().data.signIn.session.memberId).toEqual(expect.any(String))
    const answers = await Promise.all(flood)
    const refused = answers.filter(({ statusCode }) => statusCode === 503)
    expect(most).toBeLessThanOrEqual(hashingLimits.atOnce)
    expect(hashed).toBeLessThanOrEqual(hashingLimits.waiting + hashingLimits.atOnce + 1)
    expect(refused.length).toBe(answers.length + 1 - hashed)
    for (const one of refused) {
      expect(one.headers['retry-after']).toBe('5')
      expect(one.json().errors[0].extensions.code).toBe('UNAVAILABLE')
    }
    const subject = w.world.database.secretBox.digest('attempts at a password: from 203.0.113.5')
    const { rows } = await w.world.owner.query('select attempts from throttle where subject = $1', [subject])
    expect(rows[0].attempts).toBe(hashed - 1)
  })

  test('in a flood of sign-ins from one network refuses most at once, and takes who signs in from another next', async () => {
    const w = await signInWorld({ turns: turnLimits(10) })
    const ada = 'ada@larch.example.test'
    await w.firm('Larch & Partners (invented)', ada)
    let [begun, before] = [0, 0]
    const verify = w.passwords.verify.bind(w.passwords)
    w.passwords.verify = async (known, given) => {
      begun += 1
      if (known !== null) before = begun - 1
      await new Promise((resolve) => setTimeout(resolve, 40))
      return verify(known, given)
    }
    const post = posting(w)
    let refusedEarly = 0
    const flood = Array.from({ length: 300 }, async (_, n) => {
      const answer = await post(`stranger${n}@nowhere.example.test`, '203.0.113.5')
      if (answer.statusCode === 503 && begun < 20) refusedEarly += 1
      return answer
    })
    // The flood is in the line before the person comes.
    while (refusedEarly === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const known = await post(ada, '192.0.2.1')
    expect(known.json().data.signIn.session.memberId).toEqual(expect.any(String))
    // Those at work, and a turn of the other network while this one was counted.
    expect(before).toBeLessThan(30)
    expect(refusedEarly).toBeGreaterThan(100)
    const answers = await Promise.all(flood)
    const faults = answers.map((answer) => answer.json().errors?.[0]?.extensions.code)
    expect(faults.filter((code) => code === undefined).length).toBe(begun - 1)
    // After a hundred failures of one network an account that is new there waits first.
    const refused = faults.filter((code) => code !== undefined)
    expect(refused.filter((code) => !['UNAVAILABLE', 'RATE_LIMITED'].includes(code))).toEqual([])
    if (begun <= signInPauses.networkFailures) expect(new Set(refused)).toEqual(new Set(['UNAVAILABLE']))
  }, 30_000)
})
