import type { Tx } from '../../data/work.js'
import { blockersToFieldwork } from '../../rules/readiness.js'
import type { Blocker } from '../../rules/refusal.js'
import type { EngagementState } from '../../rules/vocabulary.js'
import type { Engagement } from '../engagement/engagement.js'
import { fieldworkFacts } from './fieldwork.facts.js'

/** The states an engagement reaches through a gate. */
export type Gated = Extract<EngagementState, 'FIELDWORK' | 'COMPLETION' | 'ISSUED'>

/**
 * What stands between an engagement and a state, on the present data: the same for whoever asks and for the act itself.
 * A constant number of statements, whatever the size of the engagement.
 */
export async function blockersTo(tx: Tx, engagement: Engagement, _to: Gated): Promise<Blocker[]> {
  return blockersToFieldwork(await fieldworkFacts(tx, engagement))
}
