import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { staffedEngagement } from '../support/engagements.js'
import { type HttpAnswer, leftBehind, listening } from '../support/listening.js'
import { ownPostgres } from '../support/own-postgres.js'
import { type Person, type TestFirm, world } from '../support/world.js'

const secret = 'the secret of the test run, known to all'
const postgres = await ownPostgres(secret)
const lines: string[] = []
const timeouts = { connection: 2_000, silence: 4_000 }
const w = await world(undefined, { place: postgres.database, database: { secret, timeouts }, lines })
const door = await listening(w)
const a = await w.firm('Aspen')
// Acts of one firm wait for each other at its trail; those of several are in the midst of their commits at one time.
const firms = [a, await w.firm('Beech'), await w.firm('Cedar'), await w.firm('Elm')]
const engagementId = await staffedEngagement(a, await a.client('Kestrel Cloud'))

/** One act of the stream, which can be sent again to the letter. */
interface Act {
  by: Person
  mutation: 'createClient' | 'createControl'
  input: { idempotencyKey: string } & Record<string, unknown>
  /** What names the thing it makes. */
  mark: string
  answers: HttpAnswer[]
}

/** Clients for the firm's trail, now and then a control for the engagement's. */
function makeAct(turn: number): Act {
  const mark = randomUUID()
  const key = { idempotencyKey: randomUUID() }
  if (turn % 4 > 0) {
    const { manager } = firms[(turn >> 2) % firms.length] as TestFirm
    return { by: manager, mutation: 'createClient', input: { ...key, name: mark }, mark, answers: [] }
  }
  const words = {
    title: mark,
    description: 'Changes are reviewed before they are merged.',
    owner: 'Head of engineering',
  }
  const kind = { frequency: 'PER_EVENT', nature: 'MANUAL', type: 'PREVENTIVE', area: 'CHANGE', isKey: true }
  const ref = `R-${mark.slice(0, 8).toUpperCase()}`
  return {
    by: a.senior,
    mutation: 'createControl',
    input: { ...key, engagementId, ref, ...words, ...kind },
    mark,
    answers: [],
  }
}

const send = async (act: Act) => {
  // Of a client nothing is read after the act: such an answer goes out as soon as the act is done.
  const answer = await door.act(
    act.by,
    act.mutation,
    act.input,
    act.mutation === 'createClient' ? '' : 'control { id }',
  )
  act.answers.push(answer)
  return answer
}
const payloadOf = (act: Act, { body }: HttpAnswer) => body?.data?.[act.mutation] ?? null
/** Done, and said so as a whole. Where an act was done and then nothing could be read, the answer is without what it made. */
const isDone = (act: Act, answer: HttpAnswer) => payloadOf(act, answer)?.errors.length === 0 && !answer.body?.errors

/** Sends acts one after the other on each of some lines at once, whatever they are answered, until told to stop. */
function stream(lines: number): { acts: Act[]; underWay: () => number; stop: () => Promise<void> } {
  const acts: Act[] = []
  let flowing = true
  const line = async () => {
    while (flowing) {
      const act = makeAct(acts.length)
      acts.push(act)
      if (!isDone(act, await send(act))) await pause(200)
    }
  }
  const ends = Promise.all(Array.from({ length: lines }, line))
  return {
    acts,
    underWay: () => acts.filter(({ answers }) => answers.length === 0).length,
    stop: async () => {
      flowing = false
      await ends
    },
  }
}

const readiness = async () => (await fetch(`${door.address}/readyz`)).status

/** How often each act happened: rows made, entries in a trail, keys remembered. */
async function happened({ mutation, mark, input }: Act) {
  const made = mutation === 'createClient' ? 'client where name' : 'control where title'
  const { rows } = await w.owner.query(
    `select (select count(*)::int from ${made} = $1) as rows,
       (select count(*)::int from trail_entry where action = $2 and changes like '%' || $1 || '%') as entries,
       (select count(*)::int from idempotency where key = $3 and sealed_payload is not null) as remembered`,
    [mark, mutation, input.idempotencyKey],
  )
  return rows[0]
}

const once = { rows: 1, entries: 1, remembered: 1 }

describe.each(['SIGQUIT', 'SIGKILL'] as const)('PostgreSQL ended by %s in the midst of acts', (how) => {
  it('comes back to a service that goes on, with every act once and no trail broken', { timeout: 60_000 }, async () => {
    expect(await readiness()).toBe(200)
    const { acts, underWay, stop } = stream(8)
    onTestFinished(stop)
    while (acts.length < 40) await pause(5)
    const crashed = postgres.crash(how)
    const cutOff = underWay()
    await crashed
    // Sessions outlive a killed server for a moment.
    while ((await readiness()) !== 503) await pause(20)
    await postgres.start()
    while ((await readiness()) !== 200) await pause(20)
    await pause(100)
    await stop()

    // What was not done was told as such: at once, in the same words, with the id it can be asked about by.
    const answers = acts.flatMap((act) => act.answers.map((answer) => ({ act, answer })))
    const faults = answers.filter(({ act, answer }) => !isDone(act, answer))
    expect(cutOff).toBeGreaterThan(0)
    expect(faults.length).toBeGreaterThanOrEqual(cutOff)
    const logged = lines.join('')
    for (const { act, answer } of faults) {
      const { status, headers, body, ms } = answer
      const requestId = headers.get('x-request-id')
      expect(body?.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', requestId })
      expect(logged).toContain(requestId)
      expect([status, headers.get('retry-after')]).toEqual(payloadOf(act, answer) ? [200, null] : [503, '5'])
      expect(ms).toBeLessThan(6_000)
      expect(JSON.stringify(body)).not.toMatch(/terminat|ECONN|127\.0\.0\.1|shut|startup|pg|sql/i)
    }

    // What was answered is there, and sending the others again makes of each exactly one.
    const acknowledged = acts.filter((act) => isDone(act, act.answers[0] as HttpAnswer))
    expect(acknowledged.length).toBeGreaterThanOrEqual(40 - 8)
    await Promise.all(acknowledged.map(async (act) => expect(await happened(act)).toEqual(once)))
    const rest = acts.values()
    const line = async () => {
      for (const act of rest) {
        const again = await send(act)
        expect(isDone(act, again), JSON.stringify(again.body)).toBe(true)
        if (acknowledged.includes(act)) expect(again.body).toEqual(act.answers[0]?.body)
      }
    }
    await Promise.all([line(), line(), line(), line(), line(), line()])
    await Promise.all(acts.map(async (act) => expect(await happened(act)).toEqual(once)))
    const { verifyTrail } = await a.manager.gql('query ($id: ID!) { verifyTrail(engagementId: $id) { intact } }', {
      id: engagementId,
    })
    expect(verifyTrail).toEqual({ intact: true })
    expect(await leftBehind(w)).toEqual([])
  })
})

describe('PostgreSQL that is frozen', () => {
  it('keeps no caller waiting for ever: callers are answered, and what they sent happens once when it goes on', async () => {
    const [held, kept] = [makeAct(1), makeAct(2)]
    await send(makeAct(1))
    const goOn = await postgres.freeze()
    onTestFinished(goOn)
    const faults = await Promise.all([send(held), send(kept), door.post(a.senior, '{ viewer { firm { name } } }')])
    expect(await readiness()).toBe(503)
    goOn()
    for (const { status, body, ms } of faults) {
      expect([status, body?.errors?.[0]?.extensions.code]).toEqual([503, 'UNAVAILABLE'])
      expect(ms).toBeLessThan(timeouts.connection + timeouts.silence + 6_000)
    }
    expect(await readiness()).toBe(200)
    for (const act of [held, kept]) {
      expect(isDone(act, await send(act))).toBe(true)
      expect(await happened(act)).toEqual(once)
    }
    expect(await leftBehind(w)).toEqual([])
  })
})
