import type pg from 'pg'
import { ActRefused, type Person } from '../../seeds/api.js'
import {
  asService,
  assertEqual,
  type Desk,
  figure,
  quantile,
  type Stage,
  seniorAt,
  type Table,
  timed,
} from './stage.js'

export interface WritersPlan {
  writers: number
  /** On how many engagements they write when each has one of their own. */
  engagements: number
  /** Acts of each that must be accepted in the end; a tenth of them where all change the same. */
  acts: number
}

/** A control, and who changes it. */
interface Pen {
  senior: Person
  controlId: string
}

interface Written {
  /** Seconds of each act that was accepted. */
  took: number[]
  refusals: Map<string, number>
}

/**
 * Many people at once change controls: on one engagement, whose acts follow one after the other in its trail, on one
 * control, where only one of them can have read the newest version, and each on an engagement of their own.
 */
export async function measureWriters(stage: Stage, { writers, engagements, acts }: WritersPlan): Promise<Table> {
  const [first] = stage.desks as readonly [Desk, ...Desk[]]
  const penAt = (desk: Desk, n: number): Pen => ({
    senior: seniorAt(stage, desk),
    controlId: desk.controlIds[n] as string,
  })
  const everyone = Array.from({ length: writers }, (_, n) => n)
  const scenes: { name: string; pens: Pen[]; desks: Desk[]; each: number }[] = [
    { name: 'one engagement, a control each', pens: everyone.map((n) => penAt(first, n)), desks: [first], each: acts },
    {
      name: 'one engagement, the same control',
      pens: everyone.map(() => penAt(first, writers)),
      desks: [first],
      // For each that is accepted nearly all others are refused.
      each: Math.ceil(acts / 10),
    },
    {
      name: `${engagements} engagements`,
      pens: everyone.map((n) => penAt(stage.desks[n % engagements] as Desk, writers + 1 + Math.floor(n / engagements))),
      desks: stage.desks.slice(0, engagements),
      each: acts,
    },
  ]
  const rows = [await updateBare(stage, first, acts)]
  for (const { name, pens, desks, each } of scenes) {
    const before = await trailsOf(stage, desks)
    const { done, seconds } = await timed(() => Promise.all(pens.map((pen) => write(pen, each))))
    const took = done.flatMap((written) => written.took)
    assertEqual(writers * each, took.length, 'acts accepted')
    // None is lost and none stands twice.
    assertEqual(before + took.length, await trailsOf(stage, desks), 'entries in the trails')
    const refusals = done.flatMap((written) => [...written.refusals])
    rows.push([
      name,
      String(took.length),
      figure(took.length / seconds),
      figure(quantile(took, 0.5) * 1000),
      figure(quantile(took, 0.99) * 1000),
      told(refusals),
    ])
  }
  const columns = ['writing on', 'acts accepted', 'acts/s', 'p50 ms', 'p99 ms', 'refused']
  return { title: `${writers} writers at once`, columns, rows }
}

/** What the disk allows where one act follows the other: a row changed by hand, each time in a transaction of its own. */
async function updateBare(stage: Stage, { firmId, controlIds }: Desk, times: number): Promise<string[]> {
  const took = await asService(stage, async (client) => {
    const each: number[] = []
    for (let n = 0; n < times; n += 1) {
      const update = `begin; set local app.firm_id = '${firmId}';
        update control set owner = 'Head of department ${n}' where firm_id = '${firmId}' and id = '${controlIds[0]}'; commit`
      const { done, seconds } = await timed(() => client.query(update))
      // One result for each of the four statements.
      assertEqual(1, (done as unknown as pg.QueryResult[])[2]?.rowCount, 'rows updated')
      each.push(seconds)
    }
    return each
  })
  const rate = times / took.reduce((sum, seconds) => sum + seconds, 0)
  const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)].map((seconds) => figure(seconds * 1000))
  return ['bare updates, one after the other', String(times), figure(rate), String(p50), String(p99), '']
}

/** Changes the control until so many changes were accepted; after a refusal it is read again. */
async function write({ senior, controlId }: Pen, acts: number): Promise<Written> {
  const took: number[] = []
  const refusals = new Map<string, number>()
  let version = await versionOf(senior, controlId)
  while (took.length < acts) {
    const change = { controlId, expectedVersion: version, owner: `Head of department ${version}` }
    try {
      const { done, seconds } = await timed(() => senior.does('updateControl', change, 'control { version }'))
      version = done.control.version
      took.push(seconds)
    } catch (error) {
      if (!(error instanceof ActRefused)) throw error
      for (const { code } of error.errors) refusals.set(code, (refusals.get(code) ?? 0) + 1)
      version = await versionOf(senior, controlId)
    }
  }
  return { took, refusals }
}

async function versionOf(senior: Person, id: string): Promise<number> {
  const { node } = await senior.ask('query ($id: ID!) { node(id: $id) { ... on Control { version } } }', { id })
  return node.version
}

/** How many entries the trails of these engagements have in all; each is recomputed and must be whole. */
async function trailsOf(stage: Stage, desks: readonly Desk[]): Promise<number> {
  let entries = 0
  for (const desk of desks) {
    // A trail begins with the first act: an engagement that was laid and not made has none yet.
    const { engagement } = await seniorAt(stage, desk).ask(
      'query ($id: ID!) { engagement(id: $id) { trail(first: 1) { totalCount } } }',
      { id: desk.engagementId },
    )
    if (engagement.trail.totalCount === 0) continue
    const { verifyTrail } = await seniorAt(stage, desk).ask(
      // What was laid by SQL stands in no trail; whether the trail itself is whole is asked.
      'query ($id: ID!) { verifyTrail(engagementId: $id) { entryCount firstBroken { position } } }',
      { id: desk.engagementId },
    )
    assertEqual(null, verifyTrail.firstBroken, 'the first broken entry')
    assertEqual(engagement.trail.totalCount, verifyTrail.entryCount, 'entries read')
    entries += verifyTrail.entryCount
  }
  return entries
}

function told(refusals: readonly (readonly [string, number])[]): string {
  const sums = new Map<string, number>()
  for (const [code, times] of refusals) sums.set(code, (sums.get(code) ?? 0) + times)
  return [...sums].map(([code, times]) => `${times} ${code}`).join(', ') || 'none'
}
