import type { ClientRole, EngagementState, FirmRole, TeamRole } from '../rules/vocabulary.js'
import type { Actor } from './actor.js'

/** Who: by their role in the firm, on the engagement's team, or at the client. Any one of them suffices. */
export interface Who {
  /** Everybody, signed in or not. */
  anyone?: true
  firm?: readonly FirmRole[]
  team?: readonly TeamRole[]
  client?: readonly ClientRole[]
}

/** A rule about one row and who acts on it: returns, or throws a Refusal. */
// biome-ignore lint/suspicious/noExplicitAny: each rule knows the shape of its own row; the table holds rules of all shapes
export type Condition = (row: any, actor: Actor) => void

/**
 * One row of the table.
 * `on` names the type whose `actions` offer the act, and whose row the policy is asked about; `during` the states of the
 * engagement in which it is possible; `when` the rules that must not refuse; `checkpoint` that the act signs off, communicates,
 * decides or issues, or takes that back: the head of each chain it appends to is signed in the same transaction.
 */
export interface PolicyRow extends Who {
  on?: string
  during?: readonly EngagementState[]
  when?: readonly Condition[]
  checkpoint?: true
}

/**
 * Whether the actor is among `who`.
 * @param engagementId the engagement it is about; without one, a role on any team counts (it could be allowed somewhere)
 */
export function allows(who: Who, actor: Actor | null, engagementId?: string | null): boolean {
  if (who.anyone) return true
  if (!actor) return false
  if (actor.clientRole) return who.client?.includes(actor.clientRole) ?? false
  if (actor.firmRole && who.firm?.includes(actor.firmRole)) return true
  if (!who.team) return false
  if (engagementId) {
    const role = actor.team.get(engagementId)
    return role !== undefined && who.team.includes(role)
  }
  return [...actor.team.values()].some((role) => who.team?.includes(role))
}
