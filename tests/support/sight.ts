import type { Actor } from '../../src/kernel/access/actor.js'
import type { TeamRole } from '../../src/rules/vocabulary.js'
import { type Canaries, isOfTrail, type LaidRow } from './canaries.js'
import type { Place } from './snapshot.js'
import type { Person } from './world.js'

// Who may see and who may change what, by an expectation of its own, from the product page: not from what the service says.

/** A person who asks, as the database knew them when the world was laid. */
export interface Reader {
  who: string
  /** Null: a caller without a token. */
  person: Person | null
  /** Null for a person whom the service does not know: no token, a disabled membership, a session that was ended. */
  as: Known | null
}

interface Known extends Actor {
  /** The clients of the engagements whose team the person is on. */
  clients: ReadonlySet<string>
  /** Engagements the person was named for, and is yet to confirm. */
  named: ReadonlySet<string>
}

export function readerOf(canaries: Canaries, who: string, person: Person | null): Reader {
  const rowsOf = (table: string) => canaries.rows.filter((row) => row.table === table).map(({ values }) => values)
  const claims = person?.claims
  const member = rowsOf('member').find(({ id }) => id === claims?.memberId)
  const ended = rowsOf('session').some((one) => one.family_id === claims?.sessionId && one.revoked_at !== null)
  if (!claims || member?.state !== 'ACTIVE' || ended) return { who, person, as: null }
  const places = rowsOf('team_member').filter((one) => one.member_id === claims.memberId && one.removed_at === null)
  const confirmed = places.filter((one) => one.independence_confirmed_at !== null)
  const named = places.filter((one) => one.independence_confirmed_at === null)
  return {
    who,
    person,
    as: {
      ...claims,
      name: member.name as string,
      firmRole: member.firm_role as Actor['firmRole'],
      clientRole: member.client_role as Actor['clientRole'],
      clients: new Set(
        rowsOf('engagement')
          .filter(({ id }) => confirmed.some((one) => one.engagement_id === id))
          .map((one) => one.client_id as string),
      ),
      team: new Map(confirmed.map((one) => [one.engagement_id as string, one.role as TeamRole])),
      named: new Set(named.map((one) => one.engagement_id as string)),
    },
  }
}

/** The same person once an act of theirs has opened further engagements to them: independence confirmed. */
export const joined = (reader: Reader, places: readonly { engagement_id: string; role: TeamRole }[]): Reader =>
  reader.as === null
    ? reader
    : {
        ...reader,
        as: {
          ...reader.as,
          team: new Map([...reader.as.team, ...places.map((one) => [one.engagement_id, one.role] as const)]),
        },
      }

/** What of a client's own rows the client does not see: the auditor's thoughts. */
const keptFromClient: Readonly<Record<string, readonly string[]>> = {
  firm: [],
  client: [],
  member: [],
  invitation: [],
  engagement: ['withdrawn_reason'],
  description_section: [],
  incident: [],
  system_change: [],
  management_assertion: [],
  shared_draft: [],
  evidence: [],
  evidence_link: [],
  exception: ['evidence_note', 'failure_period_basis', 'overdue_note', 'correction_note'],
  management_response: [],
  opening: [],
  response_version: [],
  response_review: [],
  report: [],
}
/** The draft of a response is the client's own until it is submitted. */
const keptFromFirm: Readonly<Record<string, readonly string[]>> = {
  management_response: [
    'acknowledgement',
    'root_cause',
    'remediation',
    'responsible',
    'prevention_of_recurrence',
    'declined_reason',
  ],
}

/**
 * Whether a person may be shown a row's id or, with a column, that text of it.
 * @param proven people, by account or membership, whose password or token was sent along: who sends it is told what they are part of
 */
export function maySee({ as }: Reader, row: LaidRow, column: string | undefined, proven: ReadonlySet<string>): boolean {
  if (
    column === undefined
      ? isOf(row, proven, as?.userId)
      : column === 'name' && row.table !== 'member' && isOf(row, proven)
  )
    return true
  if (!as || row.firmId !== as.firmId) return false
  if (as.clientId) return clientSees(as, row, column)
  if (keptFromFirm[row.table]?.includes(column ?? '')) return false
  if (ofTheFirm.includes(row.table)) return true
  // What the client shared of its registers, and what it changed of it since; what it keeps for itself, nobody of the firm.
  if (ofRegisters.includes(row.table)) return row.values.shared_at !== null && isOnTeamOf(as, row.clientId as string)
  if (isOfTrail(row.table) && row.clientId !== null) return isOnTeamOf(as, row.clientId)
  const { engagementId } = row
  if (row.table === 'invitation') return row.clientId !== null && (isAdmin(as) || isOnTeamOf(as, row.clientId))
  if (!engagementId) return isOfTrail(row.table) && isAdmin(as)
  // Recorded for the engagement partner alone.
  if (row.table === 'suspected_noncompliance') return as.team.get(engagementId) === 'ENGAGEMENT_PARTNER'
  if (as.team.has(engagementId)) return true
  if (row.table === 'engagement') return isAdmin(as) ? column !== 'withdrawn_reason' : isToldOfName(as, row, column)
  if (row.table === 'legal_hold') return isAdmin(as)
  return row.table === 'team_member' && (isAdmin(as) || row.values.member_id === as.memberId)
}

function clientSees({ clientId, clientRole }: Known, row: LaidRow, column: string | undefined): boolean {
  if (row.table === 'invitation' && clientRole !== 'CLIENT_ADMIN') return false
  // For who signs for management alone, and while it stands.
  if (row.table === 'shared_draft' && (clientRole !== 'CLIENT_ADMIN' || row.values.withdrawn_at !== null)) return false
  // Management claims what the criteria of each framework that the opinion covers ask for, by its name and edition.
  if (row.table === 'framework') {
    return column === undefined && row.clientId === clientId && row.values.use === 'ADDITIONAL_SUBJECT_MATTER'
  }
  if (row.table === 'criteria_set') {
    return ['name', 'edition'].includes(column ?? '') && (claimedBy.get(row)?.has(clientId as string) ?? false)
  }
  const kept = keptFromClient[row.table]
  if (!kept || kept.includes(column ?? '')) return false
  if (row.table === 'exception' && row.values.communicated_at === null) return false
  // What the auditor brought are working papers, and which of them the auditor opened is the auditor's own.
  if (['evidence', 'opening'].includes(row.table) && !row.values.is_of_client) return false
  if (row.table === 'evidence_link' && row.values.node_type !== 'ManagementResponse') return false
  return row.table === 'firm' || row.clientId === clientId
}

/** Members cannot judge their independence of a system that they do not know. */
const isToldOfName = (as: Known, { engagementId }: LaidRow, column: string | undefined) =>
  column === 'system_name' && as.named.has(engagementId as string)

/** Whose memberships a firm, a client or a member is part of: a person's own are told across firms. */
const partOf = new WeakMap<LaidRow, ReadonlySet<string>>()
const isOf = (row: LaidRow, people: ReadonlySet<string>, userId?: string): boolean =>
  [...(partOf.get(row) ?? [])].some((one) => one === userId || people.has(one))

/** The clients whose management claims what the criteria of a set ask for. */
const claimedBy = new WeakMap<LaidRow, Set<string>>()

/** To be called once, after the rows were laid. */
export function noteRelations({ rows }: Canaries): void {
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const { clientId, values } of rows.filter(({ table }) => table === 'framework')) {
    const set = byId.get(values.criteria_set_id as string)
    if (!set || clientId === null || values.use !== 'ADDITIONAL_SUBJECT_MATTER') continue
    claimedBy.set(set, (claimedBy.get(set) ?? new Set()).add(clientId))
  }
  for (const member of rows.filter(({ table }) => table === 'member')) {
    for (const row of [member, byId.get(member.firmId), byId.get(member.clientId)]) {
      if (row)
        partOf.set(row, new Set([...(partOf.get(row) ?? []), member.id as string, member.values.user_id as string]))
    }
  }
}

const isOnTeamOf = ({ clients }: Known, clientId: string) => clients.has(clientId)

const isAdmin = ({ firmRole }: Known) => firmRole === 'FIRM_ADMIN'

/** What every member of a firm reads, off all teams. */
const ofTheFirm = [
  ...['firm', 'client', 'member', 'methodology', 'sampling_table', 'sampling_table_row'],
  ...['library_control', 'library_control_version', 'library_procedure', 'criteria_set', 'further_criterion'],
]
const ofRegisters = ['incident', 'system_change']
const ofTheClientsPen = ['description_section', 'management_response', 'response_version', 'opening', 'evidence_link']
const ofStaffing = ['team_member']
const ofPeople = ['member', 'invitation', 'session']

/** Whether a request of a person's may move rows in a place. */
export function mayMove({ as }: Reader, place: Place, { rows }: Canaries, proven: ReadonlySet<string>): boolean {
  const { table, firmId, within } = place
  const people = as ? new Set([...proven, as.userId]) : proven
  // Attempts that are counted, and keys of acts before any caller is known, belong to none.
  if (table === 'throttle' || firmId === '00000000-0000-0000-0000-000000000000') return true
  if (table === 'user_account') return people.has(within ?? '') || (place.isNew && proven.size > 0)
  // Signing in and out, a new password and an accepted invitation open and end sessions wherever the person is.
  if (table === 'session' && isPlaceOf(place, people, rows)) return true
  if (ofPeople.includes(table) && isPlaceOf(place, proven, rows)) return true
  // Which the firm's trail tells of, of people of a client, too.
  if (isOfTrail(table) && within === firmId && isMemberIn(firmId, people, rows)) return true
  if (!as || firmId !== as.firmId) return false
  if (table === 'idempotency') return within === as.memberId
  const holder = rows.find(({ id }) => id === within)
  if (as.clientId) {
    if (ofRegisters.includes(table) || (isOfTrail(table) && within === as.clientId))
      return within === as.clientId && as.clientRole !== 'CLIENT_VIEWER'
    if (within === as.clientId)
      return ofPeople.includes(table) || (table === 'client' && as.clientRole === 'CLIENT_ADMIN')
    if (within === as.firmId) return isOfTrail(table)
    return (
      holder?.table === 'engagement' &&
      holder.clientId === as.clientId &&
      (ofTheClientsPen.includes(table) || isOfTrail(table))
    )
  }
  if (ofRegisters.includes(table) || (isOfTrail(table) && holder?.table === 'client')) return false
  if (holder?.table !== 'engagement' || as.team.has(within ?? '')) return true
  if (table === 'legal_hold') return isAdmin(as)
  return (ofStaffing.includes(table) || isOfTrail(table)) && (isAdmin(as) || as.named.has(within ?? ''))
}

const isMemberIn = (firmId: string | null, people: ReadonlySet<string>, rows: readonly LaidRow[]): boolean =>
  rows.some(
    (row) =>
      row.table === 'member' &&
      row.firmId === firmId &&
      (people.has(row.values.user_id as string) || people.has(row.id as string)),
  )

const isPlaceOf = ({ firmId, within }: Place, people: ReadonlySet<string>, rows: readonly LaidRow[]): boolean =>
  rows.some(
    (row) =>
      row.table === 'member' &&
      (people.has(row.values.user_id as string) || people.has(row.id as string)) &&
      row.firmId === firmId &&
      within === (row.clientId ?? row.firmId),
  )
