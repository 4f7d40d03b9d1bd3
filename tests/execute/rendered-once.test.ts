import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { renderedFields } from '../../src/kernel/execute/rendered-once.js'
import { canonicalJson } from '../../src/rules/canonical.js'
import { composeReport } from '../../src/rules/report.js'
import { plainSchema } from '../../src/schema.js'
import { fullWorld } from '../support/full-world.js'
import { smallFacts } from '../support/report-facts.js'
import { world } from '../support/world.js'

// Reports as documents are as large as whole answers: an operation gets each form once, of an object it names.
const w = await world()
const { crew, one, two, b, held, otherHeld } = await fullWorld(w)
const schema = await plainSchema(features)

/** Writes a model into a report behind the service's back: what was issued cannot be changed otherwise. */
async function write(clientId: string, model: string, digestOf = model) {
  const owner = await w.owner.connect()
  try {
    await owner.query('set session_replication_role = replica')
    const sha256 = createHash('sha256').update(digestOf).digest('hex')
    await owner.query('update report set model = $1, sha256 = $2 where client_id = $3', [model, sha256, clientId])
  } finally {
    owner.release(true)
  }
}
for (const [at, { id }] of [one, two].entries()) {
  await write(id, canonicalJson(composeReport(smallFacts({ issue: { number: `2026-${at}`, date: '2026-02-01' } }))))
}

const reportOf = async (clientId: string) => {
  const { rows } = await w.owner.query(
    'select id, engagement_id as "engagementId", model, sha256 from report where client_id = $1',
    [clientId],
  )
  return rows[0] as { id: string; engagementId: string; model: string; sha256: string }
}
const issued = await reportOf(one.id)
const others = await reportOf(two.id)
const open = held.Engagement?.[0] as string

const once = (coordinate: string) => `${coordinate} is given once in an operation. Send one for each.`
const listed = (coordinate: string) =>
  `${coordinate} is not given for each object of a list. Ask for one object by its id.`

it('a rendered form is each field that gives a whole report, or a list as a file', () => {
  expect(renderedFields(schema).sort()).toEqual([
    'DraftReport.html',
    'DraftReport.model',
    'Engagement.controlList',
    'Procedure.testSheet',
    'Report.html',
    'Report.model',
    'SharedDraft.html',
    'SharedDraft.model',
  ])
})

describe('a rendered form is refused', () => {
  const at = (inner: string, id = issued.engagementId) => `engagement(id: "${id}") { ${inner} }`
  it.each<[string, string, string]>([
    ['by alias, of one report', `{ ${at('report { a: html b: html }')} }`, once('Report.html')],
    ['under two aliases of the report', `{ ${at('a: report { html } b: report { html }')} }`, once('Report.html')],
    ['of two reports', `{ a: ${at('report { model }')} b: ${at('report { model }', open)} }`, once('Report.model')],
    ['of two drafts', `{ ${at('a: draftReport { html } b: draftReport { html }', open)} }`, once('DraftReport.html')],
    [
      'through fragments',
      `{ a: ${at('...R')} b: ${at('...R')} } fragment R on Engagement { report { ...H } } fragment H on Report { html }`,
      once('Report.html'),
    ],
    [
      'through inline fragments on an interface',
      `{ a: node(id: "${issued.id}") { ... on Report { html } } b: node(id: "${issued.id}") { ... on Report { html } } }`,
      once('Report.html'),
    ],
    ['whatever directives say', `{ ${at('report { html b: html @include(if: false) }')} }`, once('Report.html')],
    ['of each engagement of a list', '{ engagements { nodes { report { html } } } }', listed('Report.html')],
    [
      'of a list of one',
      '{ engagements(first: 1) { edges { node { draftReport { model } } } } }',
      listed('DraftReport.model'),
    ],
    [
      'of a list further up',
      '{ clients { nodes { engagements { nodes { ...R } } } } } fragment R on Engagement { report { model } }',
      listed('Report.model'),
    ],
  ])('%s', async (_, query, message) => {
    const before = await w.digest()
    const { data, errors } = await crew.manager.ask(query)
    expect(data).toBeUndefined()
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }])
    expect(await w.digest()).toBe(before)
  })

  it('for each of several mutations', async () => {
    const act = (alias: string) =>
      `${alias}: issueOpinion(input: { idempotencyKey: "${alias}2345678", engagementId: "${open}", expectedVersion: 1 }) { report { html } }`
    const before = await w.digest()
    const { errors } = await crew.partner.ask(`mutation { ${act('a')} ${act('b')} }`)
    expect(errors?.[0]?.message).toBe(once('Report.html'))
    expect(await w.digest()).toBe(before)
  })
})

describe('a rendered form is given', () => {
  it('each once, of one report', async () => {
    const { engagement } = await one.viewer.gql(
      `{ engagement(id: "${issued.engagementId}") { report { html model sha256 } } }`,
    )
    expect(engagement.report.model).toBe(issued.model)
    expect(engagement.report.html).toContain(issued.sha256)
    const both = await crew.manager.gql(`{ a: engagement(id: "${issued.engagementId}") { report { html model } }
      b: engagement(id: "${open}") { draftReport { html model } } }`)
    expect([both.a.report.html.length > 1_000, both.b.draftReport.html.includes('Draft')]).toEqual([true, true])
  })

  it('where fragments of a page name one place twice', async () => {
    const query = `{ engagement(id: "${issued.engagementId}") { ...A ...B } }
      fragment A on Engagement { report { number html } } fragment B on Engagement { report { html } }`
    expect((await one.viewer.gql(query)).engagement.report.html).toContain('<!doctype html>')
  })
})

describe('a page that was rendered before', () => {
  const page = async (person: { ask(query: string): Promise<any> }, engagementId = issued.engagementId) =>
    (await person.ask(`{ engagement(id: "${engagementId}") { report { html } } }`)).data?.engagement?.report?.html ??
    null

  it('is not given to callers who may not see the report', async () => {
    expect(await page(one.viewer)).toContain(issued.sha256)
    for (const person of [two.viewer, b.partner, b.manager]) expect(await page(person)).toBeNull()
    expect(await page(two.viewer, others.engagementId)).toContain(others.sha256)
    expect(otherHeld.Engagement).toContain(others.engagementId)
  })

  it('is never that of a model which was changed behind the service’s back, nor does that leave its own', async () => {
    const genuine = await page(one.viewer)
    const forged = issued.model.replaceAll('Larkspur', 'Forged')
    expect(forged).not.toBe(issued.model)
    await write(one.id, forged, issued.model)
    const { data, errors } = await one.viewer.ask(`{ engagement(id: "${issued.engagementId}") { report { html } } }`)
    expect([data.engagement.report, errors?.[0]?.extensions.code]).toEqual([null, 'DIGEST_MISMATCH'])
    await write(one.id, issued.model)
    expect(await page(one.viewer)).toBe(genuine)
  })
})
