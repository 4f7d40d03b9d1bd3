import type { Tx } from '../../data/work.js'
import { blockersToCompletion, blockersToFieldwork, blockersToIssue } from '../../rules/readiness.js'
import type { Blocker } from '../../rules/refusal.js'
import type { EngagementState } from '../../rules/vocabulary.js'
import type { Engagement } from '../engagement/engagement.js'
import type { Comparison } from '../signing/content.js'
import { completionFacts } from './completion.facts.js'
import { fieldworkFacts } from './fieldwork.facts.js'
import { issueFacts } from './issue.facts.js'

/** The states an engagement reaches through a gate. */
export type Gated = Extract<EngagementState, 'FIELDWORK' | 'COMPLETION' | 'ISSUED'>

/**
 * What stands between an engagement and a state, on the present data: the same for whoever asks and for the act itself.
 * A constant number of statements, whatever the size of the engagement.
 * @param how signatures are compared with what was signed: an act that passes the gate reads the whole of it
 */
export async function blockersTo(tx: Tx, engagement: Engagement, to: Gated, how: Comparison): Promise<Blocker[]> {
  switch (to) {
    case 'FIELDWORK':
      return blockersToFieldwork(await fieldworkFacts(tx, engagement))
    case 'COMPLETION':
      return blockersToCompletion(await completionFacts(tx, engagement, how))
    case 'ISSUED':
      return blockersToIssue(await issueFacts(tx, engagement, how))
  }
}
