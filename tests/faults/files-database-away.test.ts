import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { wayToCut } from '../support/cut-at-commit.js'
import { testDatabase } from '../support/database.js'
import { staffedEngagement } from '../support/engagements.js'
import { ordinary, pathOf } from '../support/files.js'
import { listening } from '../support/listening.js'
import { ownPostgres } from '../support/own-postgres.js'
import { beginSending, comingIn, leftOfFiles, type Received, sends, until } from '../support/sending.js'
import { type World, world } from '../support/world.js'

const secret = 'the secret of the test run, known to all'

/** A world with an engagement, and what is asked of it. */
async function ground(w: World) {
  const { address } = await listening(w)
  const firm = await w.firm('Aspen')
  const engagementId = await staffedEngagement(firm, await firm.client('Kestrel Cloud'))
  const ticket = async () => {
    const input = { engagementId, fileName: 'evidence.bin', ...ordinary }
    const { upload } = await firm.staff.does('createUpload', input, 'upload { url }')
    return `${address}${pathOf(upload.url)}`
  }
  const get = async (id: string) => {
    const { evidence } = await firm.manager.gql('query ($id: ID!) { evidence(id: $id) { downloadUrl } }', { id })
    return sends('GET', `${address}${pathOf(evidence.downloadUrl)}`)
  }
  const bring = (content: Buffer) => firm.staff.brings(engagementId, { name: 'evidence.bin', content })
  return { address, firm, engagementId, ticket, get, bring }
}

const json = ({ body }: Received) => JSON.parse(body.toString())

function expectUnavailable(got: Received): void {
  expect([got.status, got.headers['retry-after']]).toEqual([503, '5'])
  expect(json(got).errors[0].extensions).toEqual({ code: 'UNAVAILABLE', requestId: got.headers['x-request-id'] })
  for (const name of ['etag', 'content-disposition', 'repr-digest']) expect(got.headers[name]).toBeUndefined()
}

describe('while the database is away', () => {
  it('a file that comes is told to be sent again, and nothing of it stays; nor is one given out', {
    timeout: 60_000,
  }, async () => {
    const postgres = await ownPostgres(secret)
    const lines: string[] = []
    const timeouts = { connection: 2_000, silence: 4_000 }
    const w = await world(undefined, { place: postgres.database, database: { secret, timeouts }, lines })
    const { address, ticket, bring, get, firm } = await ground(w)
    const kept = randomBytes(200_000)
    const { id } = await bring(kept)
    const { evidence } = await firm.manager.gql('query ($id: ID!) { evidence(id: $id) { downloadUrl } }', { id })
    const link = `${address}${pathOf(evidence.downloadUrl)}`
    const url = await ticket()
    const content = randomBytes(300_000)
    const before = await leftOfFiles(w)

    const { request, answer } = beginSending('PUT', url, { 'content-length': content.length })
    request.write(content.subarray(0, 100_000))
    await until('it comes in', async () => (await comingIn(w.queue.files.storage)).length === 1)
    await postgres.crash('SIGQUIT')
    request.end(content.subarray(100_000))
    const refused = await answer
    expectUnavailable(refused)
    expectUnavailable(await sends('PUT', url, content))
    expectUnavailable(await sends('GET', link))
    expect(await comingIn(w.queue.files.storage)).toEqual([])
    expect(lines.join('')).toContain(refused.headers['x-request-id'])

    await postgres.start()
    while ((await fetch(`${address}/readyz`)).status !== 200) await pause(20)
    expect(await leftOfFiles(w)).toEqual(before)
    const again = await sends('PUT', url, content)
    expect(again.status).toBe(201)
    expect((await get(json(again).evidence.id)).body.equals(content)).toBe(true)
    expect((await sends('GET', link)).body.equals(kept)).toBe(true)
  })
})

describe('where the answer to the commit is lost', () => {
  it('the file of the row that may stand is kept, and the sender who sends it again is told of it', {
    timeout: 60_000,
  }, async () => {
    const place = await testDatabase()
    const way = await wayToCut(place.serviceUrl)
    const w = await world(undefined, { place: { ...place, serviceUrl: way.url } })
    const { ticket, get } = await ground(w)
    for (let time = 0; time < 3; time += 1) {
      const url = await ticket()
      const content = randomBytes(100_000)
      const cut = way.cutNextCommit()
      expectUnavailable(await sends('PUT', url, content))
      await cut
      const again = await sends('PUT', url, content)
      expect(again.status).toBe(201)
      const { id } = json(again).evidence
      expect((await get(id)).body.equals(content)).toBe(true)
      const { rows } = await w.owner.query(
        `select count(*)::int as evidence, (select count(*)::int from trail_entry where node_id = $1) as entries
         from evidence where id = $1`,
        [id],
      )
      expect(rows).toEqual([{ evidence: 1, entries: 1 }])
    }
    // Nothing beside the files that rows name.
    const { rows } = await w.owner.query(
      "select firm_id || '/' || sha256 || '/' || id as key from stored_file order by 1",
    )
    expect((await leftOfFiles(w)).stored).toEqual(rows.map(({ key }) => key))
  })
})
