import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { roleName } from '../../src/kernel/store/service-role.js'
import { asOwner, startFieldwork } from '../place.js'
import { assertEqual, figure, quantile, type Stage, type Table, timed } from './stage.js'

/** From the start of the process to its first answer in GraphQL, on a database that is there and on one without a table. */
export async function measureStarts(stage: Stage, starts: number): Promise<Table> {
  const rows: string[][] = []
  for (const empty of [false, true]) {
    const took: number[] = []
    for (let start = 0; start < starts; start += 1) took.push(await (empty ? onEmpty(stage) : firstAnswer(stage.place)))
    rows.push([
      empty ? 'an empty one: it migrates first' : 'a migrated one',
      String(starts),
      figure(quantile(took, 0.5)),
      figure(Math.max(...took)),
    ])
  }
  return { title: 'Cold start', columns: ['on a database', 'starts', 'median s', 'longest s'], rows }
}

/** Seconds; the service is asked every 50 ms whether it is ready. */
async function firstAnswer(place: Stage['place']): Promise<number> {
  const { done: service, seconds } = await timed(async () => {
    const started = await startFieldwork(place, { poolSize: 10 })
    const response = await fetch(`${started.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    })
    assertEqual('{"data":{"__typename":"Query"}}', (await response.text()).trim(), 'the first answer')
    return started
  })
  await service.stop()
  return seconds
}

/** In a database of its own, which is dropped afterwards. */
async function onEmpty({ place }: Stage): Promise<number> {
  const name = `empty_${randomUUID().replaceAll('-', '')}`
  const ownerUrl = new URL(place.ownerUrl)
  ownerUrl.pathname = `/${name}`
  await asOwner(place.ownerUrl, (owner) => owner.query(`create database ${pg.escapeIdentifier(name)}`))
  try {
    return await firstAnswer({ ...place, ownerUrl: ownerUrl.href })
  } finally {
    await asOwner(place.ownerUrl, async (owner) => {
      await owner.query(`drop database ${pg.escapeIdentifier(name)} with (force)`)
      await owner.query(`drop role ${pg.escapeIdentifier(roleName(name))}`)
    })
  }
}
