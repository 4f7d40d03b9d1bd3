import type { Gate, GateView } from '../../kernel/store/gates.js'
import { blockersToCompletion, blockersToFieldwork, blockersToIssue, checkReady } from '../../rules/readiness.js'
import type { Blocker } from '../../rules/refusal.js'
import type { EngagementState } from '../../rules/vocabulary.js'
import type { Engagement } from '../engagement/engagement.js'
import { completionFacts } from './completion.facts.js'
import { fieldworkFacts } from './fieldwork.facts.js'
import { issueFacts } from './issue.facts.js'

/** The states an engagement reaches through a gate. */
export type Gated = Extract<EngagementState, 'FIELDWORK' | 'COMPLETION' | 'ISSUED'>

/**
 * What stands between an engagement and a state, on the present data: the same for a query and for the act itself.
 * A constant number of statements, whatever the size of the engagement and of however many it is asked at once.
 * Signatures are compared with what was signed: an act that passes the gate reads the whole of it.
 */
export async function blockersTo(view: GateView, engagement: Engagement, to: Gated): Promise<Blocker[]> {
  switch (to) {
    case 'FIELDWORK':
      return blockersToFieldwork(await fieldworkFacts(view, engagement))
    case 'COMPLETION':
      return blockersToCompletion(await completionFacts(view, engagement))
    case 'ISSUED':
      return blockersToIssue(await issueFacts(view, engagement))
  }
}

/** Nothing is missing for the state. @throws Refusal NOT_READY with all that is missing */
export const gateTo =
  (to: Gated): Gate<Engagement> =>
  async (engagement, view) =>
    checkReady(to, await blockersTo(view, engagement, to))
