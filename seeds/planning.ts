import type { Person, Selected } from './api.js'
import { pdfOf } from './files/pdf.js'
import type { InventedControl } from './invented/control.js'
import { changeControl, controls } from './invented/controls.js'
import { dayWithin } from './invented/days.js'
import { description } from './invented/description.js'
import { letterOf } from './invented/letters.js'
import { fraudInquiry, risks } from './invented/organization.js'
import { client as inventedClient, owners, signer } from './invented/people.js'
import { recordPresented } from './presented.js'
import { type Cast, change, controlIdOf, type Plan, plural, type Tell, type Walk } from './walk.js'

/** Planning: the engagement, its team, its risks and controls, the description, and the way into fieldwork. */
export async function plan(cast: Cast, given: Plan, tell: Tell): Promise<Walk> {
  const { manager, partner, respondent } = cast
  const engagementId = await createEngagement(cast, given, tell)
  const walk: Walk = { ...given, cast, tell, engagementId, controlIds: new Map() }
  await addControls(walk)
  await assessRisks(walk)
  await recordPresented(walk)
  await recordDocument(walk, 'ENGAGEMENT_LETTER', given.list.period.start)
  for (const [criterion, text] of description) {
    await respondent.does('writeDescriptionSection', { engagementId, criterion, text })
  }
  tell(`${respondent.name} of the client writes the ${description.length} sections of the system description.`)
  await change(partner, 'startFieldwork', 'engagementId', engagementId)
  tell(`${manager.name} has what fieldwork needs; ${partner.name} starts it. Scope and period are locked from here on.`)
  return walk
}

async function createEngagement(cast: Cast, { clientId, list }: Plan, tell: Tell): Promise<string> {
  const { manager } = cast
  const team = [
    [cast.partner, 'ENGAGEMENT_PARTNER'],
    [cast.reviewer, 'QUALITY_REVIEWER'],
    [manager, 'MANAGER'],
    [cast.senior, 'SENIOR'],
    [cast.staff, 'STAFF'],
  ] as const
  const { start: periodStart, end: periodEnd } = list.period
  const { engagement } = await manager.does(
    'createEngagement',
    {
      clientId,
      kind: 'SOC2_TYPE_2',
      systemName: inventedClient.system,
      categories: ['SECURITY'],
      periodStart,
      periodEnd,
      team: team.map(([person, role]) => ({ memberId: person.memberId, role })),
    },
    'engagement { id }',
  )
  tell(
    `${manager.name} sets up a SOC 2 Type 2 engagement on ${inventedClient.system}, ${periodStart} to ${periodEnd}, with a team of ${team.length}.`,
  )
  for (const [person] of team) await confirmIndependence(person)
  tell(
    `All ${team.length} confirm their independence of the client; until then none of them could open the engagement.`,
  )
  return engagement.id
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
async function planTest(walk: Walk, { ref, tested }: InventedControl): Promise<void> {
  const { senior, manager } = walk.cast
  const controlId = controlIdOf(walk, ref)
  if (tested.by === 'CONFIGURATION') {
    const reliesOnIds = tested.reliesOn.map((one) => controlIdOf(walk, one))
    await change(senior, 'recordControlReliance', 'controlId', controlId, { reliesOnIds })
  }
  if (tested.by === 'STANDING') {
    const reason = { reason: tested.noPopulation }
    const { mark } = await change(senior, 'markControlWithoutPopulation', 'controlId', controlId, reason, 'mark { id }')
    await change(manager, 'approveControlWithoutPopulation', 'markId', mark.id)
  }
}

async function addControls(walk: Walk): Promise<void> {
  const { senior } = walk.cast
  const { walkthrough, describedPlainly, ...changes } = changeControl
  const all: Omit<InventedControl, 'walkthrough' | 'tested'>[] = [
    ...controls,
    { ...changes, description: walk.control },
  ]
  for (const { ref, title, description, owner, frequency, nature, type, area, isKey, risk, criteriaCodes } of all) {
    const said = { ref, title, description, owner, frequency, nature, type, area, isKey, risk }
    const input = { engagementId: walk.engagementId, ...said, criteriaCodes: [...criteriaCodes] }
    const { control } = await senior.does('createControl', input, 'control { id }')
    walk.controlIds.set(ref, control.id)
  }
  for (const control of controls) await planTest(walk, control)
  const { engagement } = await senior.ask(
    'query ($id: ID!) { engagement(id: $id) { criteria { criterion { code } } coverage { criteriaWithoutControl { code } } } }',
    { id: walk.engagementId },
  )
  walk.tell(
    `${senior.name} records ${walk.controlIds.size} controls; ${engagement.coverage.criteriaWithoutControl.length} of the ${engagement.criteria.length} criteria in scope are without a control.`,
  )
}

/** Risks to the commitments, which set how much is tested, and what management says of fraud. */
async function assessRisks(walk: Walk): Promise<void> {
  const { cast, engagementId, tell, list } = walk
  for (const { controls: refs, ...risk } of risks) {
    const controlIds = refs.map((ref) => controlIdOf(walk, ref))
    await cast.manager.does('recordRisk', { engagementId, ...risk, controlIds })
  }
  const { role, asked, answer } = fraudInquiry
  const by = { personAsked: owners[role], roleAsked: role, askedOn: dayWithin(list.period, 0.02) }
  await cast.manager.does('recordFraudInquiry', { engagementId, asked, answer, ...by })
  tell(
    `${cast.manager.name} records ${plural(risks.length, 'risk')} to the service commitments, one of fraud among them, and asks the ${role} about fraud.`,
  )
}

/** Records a document of the engagement, with its signed file. */
export async function recordDocument(walk: Walk, kind: string, datedOn: string): Promise<void> {
  const { manager } = walk.cast
  const { engagementId, list } = walk
  const source = `${signer.name}, for management`
  const file = await pdfOf(letterOf(kind, datedOn, list.period))
  const evidenceId = await manager.brings(engagementId, file, { origin: 'TAKEN_BY_AUDITOR', source })
  const signatories = kind === 'ENGAGEMENT_LETTER' ? [signer.name] : []
  await manager.does('recordEngagementDocument', {
    engagementId,
    kind,
    datedOn,
    obtainedFrom: source,
    signatories,
    evidenceId,
  })
}

/** What stands before a state of the engagement, as sentences. */
export async function blockersTo({ cast, engagementId }: Walk, state: string): Promise<Selected[]> {
  const asked = `query ($id: ID!, $to: EngagementState!) { engagement(id: $id) { readiness(to: $to) { blockers { code message } } } }`
  return (await cast.partner.ask(asked, { id: engagementId, to: state })).engagement.readiness.blockers
}
