import type { Person, Selected } from './api.js'
import {
  changeControl,
  controls,
  description,
  documentText,
  client as inventedClient,
  type Part,
  type ShownBy,
} from './invented.js'
import type { ChangeList } from './population.js'
import { recordPresented } from './presented.js'

/** All who take part, signed in. */
export type Cast = Readonly<Record<Part, Person>>

/** Says what was done, as one sentence. */
export type Tell = (sentence: string) => void

export interface Plan {
  clientId: string
  list: ChangeList
  /** How the control that the list is about is described. */
  control: string
}

/** An engagement under way, and what later steps need to know of it. */
export interface Walk extends Plan {
  cast: Cast
  tell: Tell
  engagementId: string
  /** Control ref -> id. */
  controlIds: Map<string, string>
  /** Procedure ref -> id. */
  procedureIds: Map<string, string>
}

/** The version an object has now. */
export async function versionOf(person: Person, id: string): Promise<number> {
  return (await person.ask('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
}

/** Does an act to something that exists, at the version it has now. */
export async function change(
  person: Person,
  mutation: string,
  idName: string,
  id: string,
  input: Record<string, unknown> = {},
  selection = '',
): Promise<Selected> {
  return person.does(mutation, { [idName]: id, expectedVersion: await versionOf(person, id), ...input }, selection)
}

/** Planning: the engagement, its team, its controls, and the way into fieldwork. */
export async function plan(cast: Cast, given: Plan, tell: Tell): Promise<Walk> {
  const { manager, partner } = cast
  const { list } = given
  const team = [
    [cast.partner, 'ENGAGEMENT_PARTNER'],
    [cast.reviewer, 'QUALITY_REVIEWER'],
    [cast.manager, 'MANAGER'],
    [cast.senior, 'SENIOR'],
    [cast.staff, 'STAFF'],
  ] as const
  const { engagement } = await manager.does(
    'createEngagement',
    {
      clientId: given.clientId,
      kind: 'SOC2_TYPE_2',
      systemName: inventedClient.system,
      categories: ['SECURITY'],
      periodStart: list.period.start,
      periodEnd: list.period.end,
      team: team.map(([person, role]) => ({ memberId: person.memberId, role })),
    },
    'engagement { id }',
  )
  tell(
    `${manager.name} sets up a SOC 2 Type 2 engagement on ${inventedClient.system}, ${list.period.start} to ${list.period.end}, with a team of ${team.length}.`,
  )
  for (const [person] of team) await confirmIndependence(person)
  tell(
    `All ${team.length} confirm their independence of the client; until then none of them could open the engagement.`,
  )
  const walk: Walk = {
    ...given,
    cast,
    tell,
    engagementId: engagement.id,
    controlIds: new Map(),
    procedureIds: new Map(),
  }
  await addControls(walk)
  await recordPresented(walk)
  await recordDocument(walk, 'ENGAGEMENT_LETTER', list.period.start)
  for (const [criterion, text] of description) {
    await cast.respondent.does('writeDescriptionSection', { engagementId: engagement.id, criterion, text })
  }
  tell(`${cast.respondent.name} of the client writes the ${description.length} sections of the system description.`)
  await change(partner, 'startFieldwork', 'engagementId', engagement.id)
  tell(`${partner.name} starts fieldwork; scope and period are locked from here on.`)
  return walk
}

/** Confirms for the place named last: what a person is told of it is the client and the system, no more. */
async function confirmIndependence(person: Person): Promise<void> {
  const { viewer } = await person.ask('{ viewer { teamInvitations { teamMember { id version } } } }')
  const place = viewer.teamInvitations.at(-1).teamMember
  await person.does('confirmIndependence', {
    teamMemberId: place.id,
    expectedVersion: place.version,
    statement:
      'I have no interest in the client, no relation to its management, and did not design or operate its controls.',
  })
}

/** What is said of a control before its testing begins: that it has no population, or what it relies on. */
async function planTest(walk: Walk, ref: string, shownBy: ShownBy): Promise<void> {
  const { senior, manager } = walk.cast
  const controlId = walk.controlIds.get(ref) as string
  if ('reliesOn' in shownBy) {
    const reliesOnIds = shownBy.reliesOn.map((one) => walk.controlIds.get(one))
    await change(senior, 'recordControlReliance', 'controlId', controlId, { reliesOnIds })
  }
  if ('noPopulation' in shownBy) {
    const reason = { reason: shownBy.noPopulation }
    const selection = 'mark { id }'
    const { mark } = await change(senior, 'markControlWithoutPopulation', 'controlId', controlId, reason, selection)
    await change(manager, 'approveControlWithoutPopulation', 'markId', mark.id)
  }
}

async function addControls(walk: Walk): Promise<void> {
  const { senior } = walk.cast
  for (const { inspected, shownBy, ...control } of controls) {
    const made = await senior.does('createControl', { engagementId: walk.engagementId, ...control }, 'control { id }')
    walk.controlIds.set(control.ref, made.control.id)
    await planTest(walk, control.ref, shownBy)
  }
  const changes = { ...changeControl, description: walk.control, criteriaCodes: [...changeControl.criteriaCodes] }
  const made = await senior.does('createControl', { engagementId: walk.engagementId, ...changes }, 'control { id }')
  walk.controlIds.set(changeControl.ref, made.control.id)
  const { engagement } = await senior.ask(
    'query ($id: ID!) { engagement(id: $id) { criteria { criterion { code } } coverage { criteriaWithoutControl { code } } } }',
    { id: walk.engagementId },
  )
  walk.tell(
    `${senior.name} records ${walk.controlIds.size} controls; ${engagement.coverage.criteriaWithoutControl.length} of the ${engagement.criteria.length} criteria in scope are without a control.`,
  )
}

export async function recordDocument(walk: Walk, kind: string, datedOn: string): Promise<void> {
  const { manager, clientAdmin } = walk.cast
  const { engagementId, list } = walk
  const name = `${kind.toLowerCase().replaceAll('_', '-')}.txt`
  const content = Buffer.from(documentText(kind, datedOn, list.period, clientAdmin.name))
  const source = `${clientAdmin.name}, for management`
  const evidenceId = await manager.brings(engagementId, { name, content }, { origin: 'TAKEN_BY_AUDITOR', source })
  const signatories = kind === 'ENGAGEMENT_LETTER' ? [clientAdmin.name] : []
  const said = { kind, datedOn, obtainedFrom: source, signatories, evidenceId }
  await manager.does('recordEngagementDocument', { engagementId, ...said })
}
