import type { Person, TestClient, TestFirm } from './world.js'

/** What an engagement is made with when a test says nothing else. */
export const plan = {
  kind: 'SOC2_TYPE_2',
  systemName: 'Kestrel Cloud Platform',
  categories: ['SECURITY'],
  periodStart: '2025-01-01',
  periodEnd: '2025-12-31',
}

/** Confirms every place that is named for the person and not confirmed yet. */
export async function confirms(...people: Person[]): Promise<void> {
  for (const person of people) {
    const { viewer } = await person.gql('{ viewer { teamInvitations { teamMember { id version } } } }')
    for (const { teamMember } of viewer.teamInvitations) {
      const statement = 'I am independent of this client.'
      await person.does('confirmIndependence', {
        teamMemberId: teamMember.id,
        expectedVersion: teamMember.version,
        statement,
      })
    }
  }
}

/** An engagement with a whole team, each member's independence confirmed. Answers its id. */
export async function staffedEngagement(firm: TestFirm, client: TestClient, changes: object = {}): Promise<string> {
  const team = [
    [firm.partner, 'ENGAGEMENT_PARTNER'],
    [firm.reviewer, 'QUALITY_REVIEWER'],
    [firm.manager, 'MANAGER'],
    [firm.senior, 'SENIOR'],
    [firm.staff, 'STAFF'],
  ] as const
  const { engagement } = await firm.manager.does(
    'createEngagement',
    { ...plan, clientId: client.id, team: team.map(([{ memberId }, role]) => ({ memberId, role })), ...changes },
    'engagement { id }',
  )
  await confirms(...team.map(([person]) => person))
  return engagement.id
}
