import type { Person } from './world.js'

// The work of others, invented.

export const specialist = {
  kind: 'SPECIALIST',
  name: 'Sable Pentesting',
  performed: 'Sable tried to get into the platform from outside.',
  competenceAndObjectivity: 'Two of three hold certificates; none has an interest in the client.',
  oversight: 'We agreed the scope and read each finding.',
}

/** Records the work of others, as who leads the engagement. */
export async function usesWork(
  by: Person,
  engagementId: string,
  given: Record<string, unknown> & { restsOnIds: string[] },
): Promise<{ id: string; version: number }> {
  const input = { engagementId, ...specialist, ...given }
  return (await by.does('recordWorkOfOthers', input, 'workOfOthers { id version }')).workOfOthers
}
