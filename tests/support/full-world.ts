import { createHash, randomUUID } from 'node:crypto'
import { takeCheckpoints } from '../../src/features/trail/checkpoint-file.js'
import { features } from '../../src/features.js'
import { composeReport } from '../../src/rules/report.js'
import { layLibrary } from './laid-library.js'
import { laidOpinion, layWorkingPapers } from './laid-papers.js'
import { layRegisters } from './laid-registers.js'
import { layTheRest } from './laid-rest.js'
import { type Crew, type Lay, layer, past } from './lay.js'
import { smallFacts } from './report-facts.js'
import type { Person, TestClient, TestFirm, World } from './world.js'

// A world that is full: every tenant table has rows of every firm in it, in many states. It is laid by a superuser,
// not made through the API: a wall must stand however what lies behind it was built, and the acts have tests of their own.
// All people and everything else in it is invented.

/** What belongs to one client of one firm: type name -> ids, the ids of the engagement in fieldwork first. */
export type Holdings = Record<string, string[]>

export interface FullWorld {
  w: World
  a: TestFirm
  b: TestFirm
  /** Firm A's first client, whose rows are what the tests try to reach; and the team that works for it. */
  one: TestClient
  crew: Crew
  held: Holdings
  /** Firm A's second client; its engagements have a team of other people. */
  two: TestClient
  otherCrew: Crew
  otherHeld: Holdings
  /** Firm B's client, firm and rows. */
  bClient: TestClient
  bHeld: Holdings
  /** Of the other team; named for the first team, and has not confirmed independence. */
  unconfirmed: Person
  /** Of the other team; was on the first team and left it. */
  removed: Person
  /** Staff on the first team, the manager on the other. */
  lent: Person
  /** Reads, on the first team, what was judged against the figures, and settles a difference of opinion. */
  secondReader: Person
  /** An admin of the firm who is staff on the other team, and not on the first. */
  lentAdmin: Person
  /** On the first team, confirmed; the membership was disabled since. */
  disabled: Person
  /** On the first team, confirmed; signed out since. */
  signedOut: Person
}

export async function fullWorld(w: World): Promise<FullWorld> {
  const [a, b] = [await w.firm('Ashdown'), await w.firm('Birch')]
  const [one, two, bClient] = [await a.client('Kestrel'), await a.client('Heron'), await b.client('Kestrel')]
  const holidays = JSON.stringify([{ fallsOn: '2025-12-24', name: 'Founders’ day, invented.' }])
  await w.owner.query(`update client set calendar = jsonb_set(calendar, '{holidays}', $1)`, [holidays])
  const otherCrew = {
    partner: await a.person('Paula', 'PARTNER'),
    reviewer: await a.person('Quirin', 'PARTNER'),
    manager: await a.person('Manuel', 'MANAGER'),
    senior: await a.person('Sina', 'SENIOR'),
    staff: await a.person('Stefan', 'STAFF'),
  }
  const unconfirmed = await a.person('Una Unconfirmed', 'MANAGER')
  const removed = await a.person('Remo Removed', 'MANAGER')
  const lent = await a.person('Lena Lent', 'SENIOR')
  const secondReader = await a.person('Sonja Second', 'PARTNER')
  const lentAdmin = await a.person('Adi Admin', 'FIRM_ADMIN')
  const disabled = await a.person('Dora Disabled', 'MANAGER')
  const signedOut = await a.person('Sigi SignedOut', 'MANAGER')
  const lay = layer(w)
  await w.owner.query(
    `update client set calendar_reason = 'Named by the client.', calendar_set_by = $2, calendar_set_at = $3,
       calendar = jsonb_set(calendar, '{holidays}', '[{"fallsOn": "2025-12-25", "name": "Christmas Day"}]')
     where id = $1`,
    [one.id, a.manager.memberId, past],
  )
  for (const state of ['FIELDWORK', 'COMPLETION', 'ISSUED'] as const) {
    const engagementId = await layEngagement(lay, a.id, one, a, state)
    const further = { engagement_id: engagementId, role: 'MANAGER', independence_statement: 'I am independent.' }
    await lay(a.id, 'team_member', { ...further, member_id: unconfirmed.memberId, independence_statement: null })
    const left = { independence_confirmed_at: past, removed_at: past }
    await lay(a.id, 'team_member', { ...further, member_id: removed.memberId, ...left })
    for (const { memberId } of [disabled, signedOut]) {
      await lay(a.id, 'team_member', { ...further, member_id: memberId, independence_confirmed_at: past })
    }
    const confirmed = { independence_confirmed_at: past }
    await lay(a.id, 'team_member', { ...further, member_id: lent.memberId, role: 'STAFF', ...confirmed })
    await lay(a.id, 'team_member', {
      ...further,
      member_id: secondReader.memberId,
      role: 'SECOND_READER',
      ...confirmed,
    })
    const others = await layEngagement(lay, a.id, two, otherCrew, state)
    for (const { memberId } of [unconfirmed, removed, lent]) {
      await lay(a.id, 'team_member', {
        ...further,
        engagement_id: others,
        member_id: memberId,
        independence_confirmed_at: past,
      })
    }
    const staffThere = { engagement_id: others, member_id: lentAdmin.memberId, role: 'STAFF' }
    await lay(a.id, 'team_member', { ...staffThere, ...confirmed })
    await layEngagement(lay, b.id, bClient, b, state)
  }
  await layLibrary(w, lay, a.id, a)
  await layLibrary(w, lay, b.id, b)
  await layRegisters(w, lay, a.id, one, a)
  await layRegisters(w, lay, a.id, two, otherCrew)
  await layRegisters(w, lay, b.id, bClient, b)
  await layTheRest(
    w,
    lay,
    features.flatMap(({ rows }) => rows),
  )
  await w.owner.query("update member set state = 'DISABLED' where id = $1", [disabled.memberId])
  for (const [firm, person, ended] of [
    [a.id, signedOut, past],
    [a.id, one.respondent, null],
    [a.id, two.respondent, null],
    [b.id, b.staff, null],
  ] as const) {
    await layIdentity(lay, firm, person, ended)
  }
  await takeCheckpoints(w.database, w.checkpoints, new Map(), null)
  await restOnPapers(w)
  return {
    w,
    a,
    b,
    one,
    two,
    bClient,
    crew: a,
    otherCrew,
    unconfirmed,
    removed,
    lent,
    secondReader,
    lentAdmin,
    disabled,
    signedOut,
    held: await holdings(w, a.id, one, [a.staff, a.manager, one.admin, one.respondent]),
    otherHeld: await holdings(w, a.id, two, [two.admin, two.respondent]),
    bHeld: await holdings(w, b.id, bClient, [b.staff, b.manager, bClient.admin]),
  }
}

/** An engagement with its team, its planning, its working papers and, as far as its state allows, its conclusion. */
export async function layEngagement(
  lay: Lay,
  firmId: string,
  client: TestClient,
  crew: Crew,
  state: 'FIELDWORK' | 'COMPLETION' | 'ISSUED',
): Promise<string> {
  const engagementId = await lay(firmId, 'engagement', {
    client_id: client.id,
    kind: 'SOC2_TYPE_2',
    state,
    system_name: `System of ${client.id} in ${state}`,
    categories: ['SECURITY'],
    period_start: '2025-01-01',
    period_end: '2025-12-31',
    fieldwork_started_at: past,
    no_subservice_reason: 'The contracts were read.',
    ...(state === 'ISSUED'
      ? {
          quality_review_cleared_by: crew.reviewer.memberId,
          quality_review_cleared_at: past,
          quality_review_digest: 'a'.repeat(64),
          report_dated_on: '2026-02-01',
        }
      : {}),
    last_exception_number: 9,
  })
  const team = [
    [crew.partner, 'ENGAGEMENT_PARTNER'],
    [crew.reviewer, 'QUALITY_REVIEWER'],
    [crew.manager, 'MANAGER'],
    [crew.senior, 'SENIOR'],
    [crew.staff, 'STAFF'],
  ] as const
  for (const [{ memberId }, role] of team) {
    await lay(firmId, 'team_member', {
      engagement_id: engagementId,
      member_id: memberId,
      role,
      independence_statement: 'I am independent.',
      independence_confirmed_at: past,
    })
  }
  const place = { lay, firmId, engagementId, clientId: client.id, crew, respondent: client.respondent }
  await layWorkingPapers(place)
  if (state !== 'FIELDWORK') await layOpinion(place, state === 'ISSUED')
  if (state === 'ISSUED') await layReport(place)
  return engagementId
}

interface Place {
  lay: Lay
  firmId: string
  engagementId: string
  clientId: string
  crew: Crew
}

const layOpinion = ({ lay, firmId, engagementId, crew }: Place, agreed: boolean) =>
  lay(firmId, 'opinion', {
    engagement_id: engagementId,
    conclusions: JSON.stringify(laidOpinion.conclusions),
    bases: JSON.stringify(laidOpinion.bases),
    emphases: JSON.stringify([{ kind: 'OTHER_MATTER', text: 'Invented.' }]),
    overall: 'UNQUALIFIED',
    proposal_digest: laidOpinion.proposalDigest,
    differs: true,
    rationale: 'Invented.',
    decided_by: crew.partner.memberId,
    decided_at: past,
    ...(agreed ? { agreed_by: crew.reviewer.memberId, agreed_at: past } : {}),
  })

async function layReport({ lay, firmId, engagementId, clientId, crew }: Place): Promise<void> {
  const model = JSON.stringify(composeReport(smallFacts()))
  await lay(firmId, 'report', {
    engagement_id: engagementId,
    client_id: clientId,
    created_by: crew.partner.memberId,
    number: `2026-${randomUUID().slice(0, 8)}`,
    dated_on: '2026-02-01',
    model,
    sha256: createHash('sha256').update(model).digest('hex'),
    trail_position: 1,
    trail_hash: 'b'.repeat(64),
  })
}

/** What a sign-in and an invitation leave behind. */
async function layIdentity(lay: Lay, firmId: string, { claims }: Person, revokedAt: Date | null): Promise<void> {
  await lay(firmId, 'session', {
    family_id: claims.sessionId,
    user_id: claims.userId,
    member_id: claims.memberId,
    token_hash: Buffer.from(randomUUID()),
    expires_at: new Date('2099-01-01T00:00:00Z'),
    revoked_at: revokedAt,
  })
  await lay(firmId, 'invitation', {
    member_id: claims.memberId,
    client_id: claims.clientId,
    token_hash: Buffer.from(randomUUID()),
    client_role: claims.clientId ? 'RESPONDENT' : null,
    invited_by_name: 'Ines who invites',
    expires_at: past,
    accepted_at: past,
  })
  await lay(firmId, 'idempotency', {
    scope: claims.memberId,
    key: randomUUID(),
    action: 'Mutation.createClient',
    input_digest: Buffer.from('invented'),
    sealed_payload: Buffer.from('invented'),
  })
}

/** Has each reason that names no paper rest on a procedure of its engagement, past the guards of what is written once. */
async function restOnPapers(w: World): Promise<void> {
  const { rows } = await w.owner.query<{ table: string; column: string }>(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_schema = 'fieldwork' and column_name like '%rests_on_ids'`,
  )
  const connection = await w.owner.connect()
  try {
    await connection.query("begin; set local session_replication_role = 'replica'")
    for (const { table, column } of rows) {
      await connection.query(
        `update ${table} t set ${column} = array(select p.id from procedure p
           where p.firm_id = t.firm_id and p.engagement_id = t.engagement_id order by p.id limit 1) where ${column} = '{}'`,
      )
    }
    await connection.query('commit')
  } finally {
    connection.release()
  }
}

/** What belongs to the firm and to no client, which all of its people may know. */
async function ofFirmItself(w: World, firmId: string): Promise<Holdings> {
  const idsIn = async (table: string) =>
    (await w.owner.query<{ id: string }>(`select id from ${table} where firm_id = $1 order by id`, [firmId])).rows.map(
      ({ id }) => id,
    )
  return {
    Methodology: await idsIn('methodology'),
    SamplingTable: await idsIn('sampling_table'),
    CriteriaSet: await idsIn('criteria_set'),
    FurtherCriterion: await idsIn('further_criterion'),
    LibraryControl: await idsIn('library_control'),
    LibraryControlVersion: await idsIn('library_control_version'),
    LibraryProcedure: await idsIn('library_procedure'),
  }
}

/** The ids of everything that belongs to one client, by type: all rows of its engagements, the client, and people. */
async function holdings(w: World, firmId: string, client: TestClient, people: Person[]): Promise<Holdings> {
  const held: Holdings = {
    Client: [client.id],
    Member: people.map(({ memberId }) => memberId),
    ...(await ofFirmItself(w, firmId)),
  }
  const engagements = 'select id from engagement where firm_id = $1 and client_id = $2'
  for (const row of features.flatMap((feature) => feature.rows)) {
    if (row.trailOf === 'CLIENT') held[row.typeName] = await entriesOf(w, w.database.table(row).name, firmId, client)
    if (row.engagementKey === null) continue
    if (!w.database.table(row).columnOf('id')) continue
    const column = row.engagementKey === 'id' ? 'id' : 'engagement_id'
    const { rows } = await w.owner.query<{ id: string }>(
      `select id from ${w.database.table(row).name} where firm_id = $1 and ${column} in (${engagements}) order by ${column}, id`,
      [firmId, client.id],
    )
    held[row.typeName] = rows.map(({ id }) => id)
  }
  return held
}

/** The ids of the entries of a register, those that were shared first. */
async function entriesOf(w: World, table: string, firmId: string, client: TestClient): Promise<string[]> {
  const { rows } = await w.owner.query<{ id: string }>(
    `select id from ${table} where firm_id = $1 and client_id = $2 order by shared_at is null, withdrawn_at is not null, id`,
    [firmId, client.id],
  )
  return rows.map(({ id }) => id)
}
