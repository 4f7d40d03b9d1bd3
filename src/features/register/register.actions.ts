import type { Gate } from '../../kernel/store/gates.js'
import type { RowClass } from '../../kernel/store/row.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { evidenceAsPaper } from '../../rules/papers.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { checkDaysKept, checkIncidentDays } from '../../rules/registers.js'
import { Client } from '../client/client.js'
import { Evidence } from '../evidence/evidence.js'
import { Incident } from './incident.js'
import type {
  RecordIncidentInput,
  RecordSystemChangeInput,
  ShareIncidentInput,
  ShareSystemChangeInput,
  UpdateIncidentInput,
  UpdateSystemChangeInput,
  WithdrawIncidentInput,
  WithdrawSystemChangeInput,
} from './register.inputs.js'
import type { RegisterEntry } from './register-entry.js'
import { SystemChange } from './system-change.js'

const keptPrivate = { sharedAt: null, sharedBy: null, withdrawnAt: null, withdrawnBy: null, withdrawnReason: null }

/** Enters an incident. Refused: days out of order or to come; at its place, evidence that the client’s people did not bring or that is not there. */
export async function recordIncident(tx: WriteTx, input: RecordIncidentInput) {
  const client = await tx.load(Client, input.clientId)
  await tx.permit(client)
  const { title, whatHappened, occurredOn, discoveredOn, resolvedOn = null, touchedCommitments } = input
  checkIncidentDays({ occurredOn, discoveredOn, resolvedOn }, tx.now)
  const evidenceIds = await evidenceNamed(tx, input.evidenceIds)
  const told = { whatHappened, occurredOn, discoveredOn, resolvedOn, cause: input.cause ?? null }
  const said = { ...told, hasControlFailed: input.hasControlFailed ?? null, touchedCommitments }
  const entry = { clientId: client.id, title, ...said, evidenceIds, ...keptPrivate }
  return { incident: await tx.insert(Incident, entry) }
}

/** Changes an incident; once shared, the auditor sees the change, evaluates it anew, and its days stay. Refused as recording it, and of one withdrawn. */
export async function updateIncident(tx: WriteTx, input: UpdateIncidentInput) {
  const incident = await tx.load(Incident, input.incidentId, input.expectedVersion)
  await tx.permit(incident)
  const changes = updatedColumns(
    tx,
    Incident,
    input,
    [
      'title',
      'whatHappened',
      'occurredOn',
      'discoveredOn',
      'resolvedOn',
      'cause',
      'hasControlFailed',
      'touchedCommitments',
    ],
    { touchedCommitments: [] },
  )
  checkIncidentDays({ ...incident, ...changes }, tx.now)
  checkDaysKept(incident, changes)
  return { incident: await tx.update(incident, { ...changes, ...(await evidenceChanged(tx, incident, input)) }) }
}

/** Shares an incident with the auditor. Refused: one that is shared or withdrawn; evidence that is not there any more. */
export async function shareIncident(tx: WriteTx, input: ShareIncidentInput) {
  return { incident: await shared(tx, Incident, input.incidentId, input.expectedVersion) }
}

/** Withdraws an incident that was entered in error: it stays, and stays visible where it was shared. Refused: one that is withdrawn. */
export async function withdrawIncident(tx: WriteTx, input: WithdrawIncidentInput) {
  return { incident: await withdrawn(tx, Incident, input.incidentId, input) }
}

/** Enters a change of organization or system. Refused: at its place, evidence as of an incident. */
export async function recordSystemChange(tx: WriteTx, input: RecordSystemChangeInput) {
  const client = await tx.load(Client, input.clientId)
  await tx.permit(client)
  const { title, kind, whatChanged, effectiveOn } = input
  const evidenceIds = await evidenceNamed(tx, input.evidenceIds)
  const entry = { clientId: client.id, title, kind, whatChanged, effectiveOn, evidenceIds, ...keptPrivate }
  return { systemChange: await tx.insert(SystemChange, entry) }
}

/** Changes the entry of a change; once shared, the auditor sees that, evaluates it anew, and its day stays. Refused as recording it, and of one withdrawn. */
export async function updateSystemChange(tx: WriteTx, input: UpdateSystemChangeInput) {
  const change = await tx.load(SystemChange, input.systemChangeId, input.expectedVersion)
  await tx.permit(change)
  const changes = updatedColumns(tx, SystemChange, input, ['title', 'kind', 'whatChanged', 'effectiveOn'])
  checkDaysKept(change, changes)
  return { systemChange: await tx.update(change, { ...changes, ...(await evidenceChanged(tx, change, input)) }) }
}

/** Shares a change with the auditor. Refused: one that is shared or withdrawn; evidence that is not there any more. */
export async function shareSystemChange(tx: WriteTx, input: ShareSystemChangeInput) {
  return { systemChange: await shared(tx, SystemChange, input.systemChangeId, input.expectedVersion) }
}

/** Withdraws a change that was entered in error: it stays, and stays visible where it was shared. Refused: one that is withdrawn. */
export async function withdrawSystemChange(tx: WriteTx, input: WithdrawSystemChangeInput) {
  return { systemChange: await withdrawn(tx, SystemChange, input.systemChangeId, input) }
}

async function shared<E extends RegisterEntry>(tx: WriteTx, row: RowClass<E>, id: string, version: number): Promise<E> {
  const entry: E = await tx.load(row, id, version)
  await tx.permit(entry)
  return tx.update<RegisterEntry>(entry, { sharedAt: tx.now, sharedBy: tx.actor.memberId }) as Promise<E>
}

/** The evidence that it names is there to be read; of an act, until that is committed. */
export const shareEntryGate: Gate<RegisterEntry> = async ({ evidenceIds }, { tx, loaders, isAct }) => {
  const found = isAct
    ? await tx.find(Evidence, { id: evidenceIds }, { lock: 'share', order: { id: 'asc' } })
    : await Promise.all(evidenceIds.map((id) => loaders.byId(Evidence, id)))
  const [fault] = found.flatMap((one) => (one && evidenceAsPaper(one)) ?? [])
  if (fault) throw new Refusal('INVALID_INPUT', `${fault} Take it off the entry before you share it.`)
}

async function withdrawn<E extends RegisterEntry>(
  tx: WriteTx,
  row: RowClass<E>,
  id: string,
  { expectedVersion, reason }: { expectedVersion: number; reason: string },
): Promise<E> {
  const entry: E = await tx.load(row, id, expectedVersion)
  await tx.permit(entry)
  const by = { withdrawnAt: tx.now, withdrawnBy: tx.actor.memberId, withdrawnReason: reason }
  return tx.update<RegisterEntry>(entry, by) as Promise<E>
}

/** The evidence that an update names, where it names any: what was named already may have gone since. */
async function evidenceChanged(
  tx: WriteTx,
  entry: RegisterEntry,
  { evidenceIds }: { evidenceIds?: string[] | null },
): Promise<{ evidenceIds?: string[] }> {
  if (evidenceIds === undefined) return {}
  return { evidenceIds: await evidenceNamed(tx, evidenceIds ?? [], entry.evidenceIds) }
}

/**
 * The ids of evidence that an input names, each once: of the client’s own people, and there to be read.
 * @param kept what was named before, which is not looked at again
 * @throws Refusal NOT_FOUND or INVALID_INPUT at the place of each in `evidenceIds`
 */
async function evidenceNamed(tx: WriteTx, given: readonly string[], kept: readonly string[] = []): Promise<string[]> {
  const ids = given.map((id) => id.toLowerCase())
  const faults = await faultsOfEvidence(
    tx,
    ids.filter((id) => !kept.includes(id)),
  )
  checkEach(faults.map(({ id, code, message }) => new Refusal(code, message, ['evidenceIds', ids.indexOf(id)])))
  return [...new Set(ids)]
}

/** Why pieces of evidence cannot be named; of those that can be, which stay as they are until the act is committed, nothing. */
async function faultsOfEvidence(tx: WriteTx, ids: readonly string[]) {
  const named = [...new Set(ids)]
  const found = await tx.find(Evidence, { id: named.filter(isUuid) }, { lock: 'share', order: { id: 'asc' } })
  const known = new Map(found.map((one) => [one.id, one]))
  return named.flatMap((id) => {
    const evidence = known.get(id)
    const fault = evidence ? evidenceAsPaper(evidence) : 'There is no such evidence of the client.'
    return fault ? [{ id, code: evidence ? ('INVALID_INPUT' as const) : ('NOT_FOUND' as const), message: fault }] : []
  })
}
