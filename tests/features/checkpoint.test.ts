import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedKeys } from '../../src/features/identity/checkpoint-keys.js'
import { keysIn, takeCheckpoints } from '../../src/features/trail/checkpoint-file.js'
import { verifyDatabase, verifyFile } from '../../src/features/trail/database.verification.js'
import { readFirm } from '../../src/kernel/store/maintenance.js'
import { policy } from '../../src/policy.js'
import { type Chain, chain } from '../support/chain.js'
import { tested } from '../support/exceptions.js'
import { cutTrail, rewriteTrail, tamper } from '../support/tampering.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const { checkpoints } = w
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const folder = await mkdtemp(join(tmpdir(), 'checkpoints-'))
afterAll(() => rm(folder, { recursive: true }))

const keysOf = () => readFirm(w.database, a.id, publishedKeys)
const take = async (file: string | null = null) => takeCheckpoints(w.database, checkpoints, await keysOf(), file)
const all = async (findings: AsyncGenerator<string>) => {
  const found: string[] = []
  for await (const finding of findings) found.push(finding)
  return found
}
const actions = async (chainId: string) =>
  (
    await w.owner.query<{ action: string }>(
      `select action from checkpoint c join trail_entry e using (firm_id, chain_id, position) where chain_id = $1
       and c.hash = e.hash order by position`,
      [chainId],
    )
  ).rows.map(({ action }) => action)
const verification = 'intact entryCount firstBroken { position reason } lastCheckpoint { position }'
const verifyFirm = async (admin: Person) => (await admin.gql(`{ verifyFirmTrail { ${verification} } }`)).verifyFirmTrail

/** A firm of its own, whose chain has five entries: its creation and four clients. */
let firms = 0
async function firmOfFive() {
  firms += 1
  const firm = await w.firm(`Firm ${firms}`)
  for (const name of ['Heron Pay', 'Plover Data', 'Siskin Mail', 'Dunlin Files'])
    await firm.manager.does('createClient', { name })
  return firm
}

describe('the acts after which a checkpoint is signed', () => {
  /** Written by hand: sign-offs, communications, decisions, the issue, and what takes them back. */
  const signed = [
    ...['prepareProcedure', 'reviewProcedure', 'sendBackProcedure', 'concludeControl', 'decideExplanation'],
    ...['confirmException', 'communicateException', 'recordCorrection', 'withdrawException'],
    // Of an exception that is confirmed: who changes it confirms it anew.
    ...['recountException', 'editSectionFourText'],
    ...['submitResponse', 'declineToRespond', 'returnResponse', 'acceptResponse'],
    ...['approveWorkOfOthers', 'retireWorkOfOthers'],
    ...['decideMateriality', 'reviseMateriality', 'approveMateriality', 'returnMateriality', 'reopenMateriality'],
    ...['concludeCriterion', 'reviseCriterionConclusion', 'concludeCriteriaAsProposed'],
    ...['acknowledgeJudgment', 'acknowledgeJudgments'],
    ...['raiseQualityReviewPoint', 'withdrawQualityReviewPoint', 'resolveDifference'],
    // What management says in writing, and will not say; what the partner makes of it.
    ...['signAssertion', 'recordAssertion', 'resolveAssertion'],
    ...['recordManagementRefusal', 'retractManagementRefusal'],
    'evaluateSubsequentEvent',
    ...['shareDraft', 'withdrawDraft'],
    // What the client shares of its registers, and what the auditor makes of it.
    ...['shareIncident', 'shareSystemChange', 'evaluateIncident', 'evaluateSystemChange'],
    // What decides on figures, populations and the time of controls, and what withdraws a conclusion by it.
    ...['approveAggregate', 'decideAggregate', 'returnAggregate', 'reviseAggregate'],
    ...['reviewProcedures', 'clearReviewNote', 'prepareWorkpaper', 'reviewWorkpaper', 'sendBackWorkpaper'],
    ...['acceptPopulationGap', 'decideCoverageGap', 'decideExclusion', 'decideOccurrenceExplanation'],
    ...['approveControlWithoutPopulation', 'decideControlNotNeeded', 'recordControlReliance', 'retireControl'],
    ...['confirmSubserviceIndependence'],
    ...[
      'decideFrameworkOpinion',
      'decideOpinion',
      'reviseOpinion',
      'agreeOpinion',
      'clearQualityReview',
      'dateReport',
      'issueOpinion',
      'withdrawEngagement',
    ],
  ]

  it('are declared with who may do them', () => {
    const declared = Object.entries(policy).filter(([, row]) => row.checkpoint)
    expect(declared.map(([coordinate]) => coordinate).sort()).toEqual(signed.map((name) => `Mutation.${name}`).sort())
  })

  it('leave one in the same transaction, up to the issue; other acts leave none', async () => {
    const work = await chain(a, client)
    await work.readyToIssue()
    await work.issue()
    expect(await actions(work.engagementId)).toEqual([
      ...['prepareProcedure', 'reviewProcedure', 'concludeControl', 'confirmException', 'communicateException'],
      ...['submitResponse', 'acceptResponse', 'decideMateriality', 'approveMateriality'],
      'signAssertion',
      ...['concludeCriteriaAsProposed', 'concludeCriterion', 'decideOpinion'],
      // The partner dates it twice: each time they stand by the date anew.
      ...['clearQualityReview', 'dateReport', 'dateReport', 'issueOpinion'],
    ])
  })

  it('leave one where a confirmed exception is changed, and by that confirmed anew', async () => {
    const work = await tested(w, a)
    const ids = (...places: string[]) => places.map((place) => work.results[place]?.id)
    const matter = { ...work.matter, resultIds: ids('C-2 A', 'C-3 A') }
    const { exception } = await a.senior.does('raiseException', matter, 'exception { id version engagement { id } }')
    const { id } = exception.engagement
    const change = (by: Person, mutation: string, expectedVersion: number, more: object = {}) =>
      by.does(mutation, { exceptionId: exception.id, expectedVersion, ...more })
    await change(a.partner, 'confirmException', exception.version)
    const before = await actions(id)
    expect(before.at(-1)).toBe('confirmException')
    await change(a.partner, 'recountException', exception.version + 1, { resultIds: ids('C-5 A') })
    const version = 'query ($id: ID!) { exception(id: $id) { version sectionFourText } }'
    const now = (await a.partner.gql(version, { id: exception.id })).exception
    const wording = `${now.sectionFourText} As the change log shows.`
    await change(a.partner, 'editSectionFourText', now.version, { wording })
    expect(await actions(id)).toEqual([...before, 'recountException', 'editSectionFourText'])
  })

  it('leave none where they are refused', async () => {
    const work = await chain(a, client)
    const before = await w.digest()
    const refused = await work.refused(a.senior, 'reviewProcedure', 'procedureId', work.procedureId)
    expect(refused).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    expect(await w.digest()).toBe(before)
  })
})

describe('a checkpoint', () => {
  let work: Chain
  beforeAll(async () => {
    work = await chain(a, client)
  })

  it('is verified by any caller with the published key and the text of docs/forms.md', async () => {
    const { engagement } = await a.staff.gql(
      `query ($id: ID!) { engagement(id: $id) { checkpoints { totalCount nodes { firmId chainId position hash signedAt keyId signature } } } }`,
      { id: work.engagementId },
    )
    expect(engagement.checkpoints.totalCount).toBe(3)
    const { keys } = (await w.app.inject('/.well-known/checkpoint-keys.json')).json()
    expect(Object.keys(keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    for (const { firmId, chainId, position, hash, signedAt: at, keyId, signature } of engagement.checkpoints.nodes) {
      const key = createPublicKey({ key: keys.find(({ kid }: { kid: string }) => kid === keyId), format: 'jwk' })
      const text = `fieldwork checkpoint 1\n${firmId}\n${chainId}\n${position}\n${hash}\n${at}\n${keyId}\n`
      const holds = (said: string) => verifySignature(null, Buffer.from(said), key, Buffer.from(signature, 'base64url'))
      expect(holds(text)).toBe(true)
      expect(holds(text.replace(`\n${position}\n`, `\n${position + 1}\n`))).toBe(false)
    }
  })

  it('is read by the team and by the firm’s administrator, each their own', async () => {
    await take()
    const ofEngagement =
      'query ($id: ID!) { engagement(id: $id) { checkpoints(first: 1, newestFirst: true) { nodes { position } totalCount pageInfo { hasNextPage } } } }'
    const { engagement } = await a.staff.gql(ofEngagement, { id: work.engagementId })
    expect(engagement.checkpoints.pageInfo.hasNextPage).toBe(true)
    const ofFirm = '{ viewer { firm { checkpoints { nodes { chainId } totalCount } } } }'
    expect((await a.admin.gql(ofFirm)).viewer.firm.checkpoints).toEqual({ nodes: [{ chainId: a.id }], totalCount: 1 })
    const lead = await b.person('Bea', 'FIRM_ADMIN')
    for (const [person, query] of [
      [a.partner, ofFirm],
      [a.admin, ofEngagement],
    ] as const) {
      const { data, errors } = await person.ask(query, { id: work.engagementId })
      expect(errors?.[0]?.extensions.code, person.name).toBe('FORBIDDEN')
      expect(data.engagement ?? data.viewer.firm, person.name).toEqual({ checkpoints: null })
    }
    const nothing = { nodes: [], totalCount: 0 }
    expect(await client.admin.gql(ofFirm)).toEqual({ viewer: { firm: { checkpoints: nothing } } })
    expect(await client.admin.gql(ofEngagement, { id: work.engagementId })).toEqual({
      engagement: { checkpoints: { ...nothing, pageInfo: { hasNextPage: false } } },
    })
    expect((await lead.gql(ofEngagement, { id: work.engagementId })).engagement).toBeNull()
  })

  it('is carried by an issued report, as a line that holds by itself', async () => {
    await work.readyToIssue()
    const { report } = await work.issue()
    const asked = 'query ($id: ID!) { engagement(id: $id) { report { checkpoint html } } }'
    const { checkpoint, html } = (await client.viewer.gql(asked, { id: work.engagementId })).engagement.report
    expect(JSON.parse(checkpoint)).toMatchObject({
      chain: work.engagementId,
      firm: a.id,
      position: report.trailPosition,
      hash: report.trailHash,
    })
    expect(html).toContain(checkpoint.replaceAll('"', '&quot;'))
    const file = join(folder, 'of-report.jsonl')
    await writeFile(file, `${checkpoint}\n`)
    expect(await all(verifyFile(w.database, file, await keysOf()))).toEqual([])
    await rewriteTrail(w.owner, work.engagementId, 2)
    expect(await all(verifyFile(w.database, file, await keysOf()))).toEqual([
      `line 1: firm ${a.id}, engagement ${work.engagementId}: the trail was written anew, at ${report.trailPosition} or before`,
    ])
  })
})

describe('a superuser', () => {
  it('who cuts a trail short behind a checkpoint is found out', async () => {
    const firm = await firmOfFive()
    await take()
    await cutTrail(w.owner, firm.id, 3)
    expect(await verifyFirm(firm.admin)).toEqual({
      intact: false,
      entryCount: 3,
      firstBroken: { position: 4, reason: 'CUT_SHORT' },
      lastCheckpoint: { position: 5 },
    })
  })

  it('who writes a trail anew as a whole is found out at the first checkpoint behind', async () => {
    const firm = await firmOfFive()
    await take()
    await firm.manager.does('createClient', { name: 'Wren Notes' })
    await take()
    await rewriteTrail(w.owner, firm.id, 5)
    expect(await verifyFirm(firm.admin)).toMatchObject({
      intact: false,
      firstBroken: { position: 5, reason: 'NOT_AS_SIGNED' },
    })
  })

  it('is not found out by the hashes alone: what lies behind the last checkpoint can be written anew', async () => {
    const firm = await firmOfFive()
    await take()
    await firm.manager.does('createClient', { name: 'Wren Notes' })
    await rewriteTrail(w.owner, firm.id, 6)
    expect(await verifyFirm(firm.admin)).toMatchObject({ intact: true, entryCount: 6, lastCheckpoint: { position: 5 } })
  })

  it('who changes a checkpoint, or puts one in, without the key is found out', async () => {
    const firm = await firmOfFive()
    await take()
    await rewriteTrail(w.owner, firm.id, 2)
    const agree = `update checkpoint c set hash = (select hash from trail_entry e
      where e.chain_id = c.chain_id and e.position = c.position) where chain_id = $1`
    await tamper(w.owner, [agree, [firm.id]])
    expect(await verifyFirm(firm.admin)).toMatchObject({
      intact: false,
      firstBroken: { position: 5, reason: 'CHECKPOINT_FORGED' },
      lastCheckpoint: null,
    })
    const other = await firmOfFive()
    // The service's own role can put one in; it cannot sign it.
    const copy = `insert into checkpoint select $1, $1, 3, hash, at, key_id, signature from checkpoint where chain_id = $2`
    await tamper(w.owner, [copy, [other.id, firm.id]])
    expect(await verifyFirm(other.admin)).toMatchObject({
      intact: false,
      firstBroken: { position: 3, reason: 'CHECKPOINT_FORGED' },
    })
  })

  it('who makes a key of his own without a name that follows from it is found out', async () => {
    const firm = await firmOfFive()
    await take()
    const [key] = (await checkpoints.jwks()).keys
    const named = `insert into checkpoint_key select 'mine', public_jwk, sealed_private, now(), now() from checkpoint_key where id = $1`
    await tamper(w.owner, [named, [key?.kid]], ["update checkpoint set key_id = 'mine' where chain_id = $1", [firm.id]])
    expect((await verifyFirm(firm.admin)).firstBroken).toEqual({ position: 5, reason: 'CHECKPOINT_FORGED' })
  })
})

describe('the checkpoint file', () => {
  it('takes what is new, and nothing twice; a line that was broken off is written again', async () => {
    const file = join(folder, 'growing.jsonl')
    const firm = await firmOfFive()
    await take()
    const first = await take(file)
    const linesIn = async () => (await readFile(file, 'utf8')).split('\n').filter((line) => line)
    expect(first.signed).toBe(0)
    expect(first.appended).toBe((await linesIn()).length)
    expect(await take(file)).toEqual({ signed: 0, appended: 0 })
    await firm.manager.does('createClient', { name: 'Wren Notes' })
    // The acts' own checkpoints come along.
    const work = await chain(a, client)
    expect(await take(file)).toEqual({ signed: 1, appended: 4 })
    expect((await linesIn()).filter((line) => line.includes(work.engagementId))).toHaveLength(3)
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, -40))
    expect(await take(file)).toEqual({ signed: 0, appended: 1 })
    const findings = await all(verifyFile(w.database, file, await keysOf()))
    expect(findings.filter((finding) => /is no checkpoint$/.test(finding))).toHaveLength(1)
  })

  it('shows what a superuser did who removed the checkpoints as well', async () => {
    const [cut, rewritten, gone, whole] = [
      await firmOfFive(),
      await firmOfFive(),
      await firmOfFive(),
      await firmOfFive(),
    ]
    const file = join(folder, 'apart.jsonl')
    await take(file)
    const about = async (firmId: string) =>
      (await all(verifyFile(w.database, file, await keysOf())))
        .filter((finding) => finding.includes(firmId))
        .map((finding) => finding.replace(/^line \d+: firm [0-9a-f-]+: /, ''))
    for (const { id } of [cut, rewritten, gone]) expect(await about(id)).toEqual([])
    const chains = [cut.id, rewritten.id, gone.id]
    await tamper(w.owner, ['delete from checkpoint where chain_id = any($1)', [chains]])
    await cutTrail(w.owner, cut.id, 3)
    await rewriteTrail(w.owner, rewritten.id, 2)
    await tamper(
      w.owner,
      ['delete from trail_entry where chain_id = $1', [gone.id]],
      ['delete from trail_head where chain_id = $1', [gone.id]],
    )
    // To the database alone the first two are whole.
    expect(await verifyFirm(cut.admin)).toMatchObject({ intact: true, entryCount: 3, lastCheckpoint: null })
    expect(await verifyFirm(rewritten.admin)).toMatchObject({ intact: true, entryCount: 5, lastCheckpoint: null })
    const removed = 'the checkpoint at 5 was removed from the database'
    expect(await about(cut.id)).toEqual(['the trail was cut short, it ends at 3 before 5', removed])
    expect(await about(rewritten.id)).toEqual(['the trail was written anew, at 5 or before', removed])
    expect(await about(gone.id)).toEqual(['the trail is missing', removed])
    expect(await about(whole.id)).toEqual([])
  })

  it('names lines that were forged, or signed by a key that was not kept', async () => {
    const firm = await firmOfFive()
    const file = join(folder, 'forged.jsonl')
    await take(file)
    const line = (await readFile(file, 'utf8')).split('\n').find((one) => one.includes(firm.id)) as string
    const forged = join(folder, 'forged-lines.jsonl')
    await writeFile(forged, `${line}\n${line.replace('"position":5', '"position":4')}\n{"chain":1}\n`)
    await appendFile(forged, `${line.replace(/"key":"./, '"key":"_')}\n`)
    const findings = await all(verifyFile(w.database, forged, await keysOf()))
    expect(findings).toEqual([
      'line 2 is forged: its signature is not that of its key',
      'line 3 is no checkpoint',
      expect.stringMatching(/^line 4 names the key _.*, which is not published$/),
    ])
    const kept = join(folder, 'keys.json')
    await writeFile(kept, JSON.stringify(await checkpoints.jwks()))
    expect((await keysIn(kept)).size).toBe((await keysOf()).size)
    await writeFile(kept, JSON.stringify({ keys: [] }))
    expect(await all(verifyFile(w.database, forged, await keysIn(kept)))).toContainEqual(
      expect.stringMatching(/^line 1 names the key .*, which is not published$/),
    )
  })
})

describe('the keys', () => {
  it('are changed with an entry in each firm’s chain, and what the old one signed holds', async () => {
    const firm = await firmOfFive()
    await take()
    const [before] = (await checkpoints.jwks()).keys
    await checkpoints.rotate()
    const { keys } = await checkpoints.jwks()
    expect(keys[0]?.kid).not.toBe(before?.kid)
    expect(keys.map(({ kid }) => kid)).toContain(before?.kid)
    for (const firmId of [firm.id, a.id, b.id]) {
      const { rows } = await w.owner.query(
        'select action, actor_id, actor_name, node_type, changes from trail_entry where chain_id = $1 order by position desc limit 1',
        [firmId],
      )
      expect(rows).toMatchObject([
        { action: 'rotateCheckpointKey', actor_id: null, actor_name: 'Fieldwork', node_type: 'Firm' },
      ])
      expect(JSON.parse(rows[0].changes)).toEqual([
        { type: 'Firm', id: firmId, before: { checkpointKey: before?.kid }, after: { checkpointKey: keys[0]?.kid } },
      ])
    }
    await take()
    expect(await verifyFirm(firm.admin)).toMatchObject({ intact: true, entryCount: 6, lastCheckpoint: { position: 6 } })
  })
})

describe('npm run verify', () => {
  it('names every chain of every firm that is broken, also one whose engagement is gone', async () => {
    const before = await all(verifyDatabase(w.database))
    const work = await chain(a, client)
    const empty = await w.firm('Without a trail')
    await tamper(
      w.owner,
      ['delete from trail_entry where chain_id = any($1)', [[empty.id, work.engagementId]]],
      ['delete from trail_head where chain_id = any($1)', [[empty.id, work.engagementId]]],
      ['delete from engagement where id = $1', [work.engagementId]],
    )
    const news = (await all(verifyDatabase(w.database))).filter((finding) => !before.includes(finding))
    expect(news).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`^firm ${empty.id}: the trail is broken at 1, MISSING: `),
        expect.stringMatching(`^firm ${a.id}, engagement ${work.engagementId}: the trail is broken at 1, `),
      ]),
    )
  })
})
