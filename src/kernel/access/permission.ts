import type { Domains } from '../../rules/email-domains.js'
import type { ClientRole, EngagementState, FirmRole, TeamRole } from '../../rules/vocabulary.js'
import type { Actor } from './actor.js'

/** Who: by their role in the firm, on the engagement's team, or at the client. Any one of them suffices. */
export interface Principals {
  /** Every caller, signed in or not. */
  anyone?: true
  firm?: readonly FirmRole[]
  team?: readonly TeamRole[]
  client?: readonly ClientRole[]
  /** Members of the firm on the team, independence confirmed, of any engagement of the client it is about that is not over. */
  clientTeam?: true
}

/** What is known, for one actor, of the client that a row is about. */
export interface ClientFacts extends Domains {
  /** Whether the actor is on the team of an engagement of this client that is not over. */
  onTeam: boolean
}

/**
 * A rule about one row and who acts on it: returns, or throws a Refusal.
 * The facts of the row's client are there in rows of the table that let in its team; null for a row of no client.
 */
// biome-ignore lint/suspicious/noExplicitAny: each rule knows the shape of its own row; the table holds rules of all shapes
export type Condition = (row: any, actor: Actor, client: ClientFacts | null) => void

/**
 * One row of the table.
 * `on` names the type whose `actions` offer the act, and whose row the policy is asked about; `during` the states of the
 * engagement in which it is possible; `when` the rules that must not refuse; `checkpoint` that the act signs off, communicates,
 * decides or issues, or takes that back: the head of each chain it appends to is signed in the same transaction.
 */
export interface PolicyRow extends Principals {
  on?: string
  during?: readonly EngagementState[]
  when?: readonly Condition[]
  checkpoint?: true
  /**
   * Of each act on what belongs to an engagement, whether it is work on it: `none`; `performed`, then who did it does not review
   * the quality of the engagement; `tested`, then nor do they review the work of which it is a part.
   */
  work?: 'none' | 'performed' | 'tested'
  /**
   * Of a query, that it is recorded that it was asked, by whom and about what, though it changes nothing (execute/records.ts). Who may
   * ask it of a row, and when, is asked as of an act.
   */
  recorded?: true
  /**
   * Beside its rules the act has a gate, which looks at other rows (store/gates.ts, with the noun of the act): what it weighs to
   * foresee it, in points (docs/limits.md).
   */
  gate?: number
}

/** The policy: its rows by schema coordinate. */
export type PolicyTable = Readonly<Record<string, PolicyRow>>

/** The names of the mutations that the policy declares to be such work. */
export const mutationsOf = (policy: PolicyTable, work: NonNullable<PolicyRow['work']>): string[] =>
  Object.keys(policy).flatMap((coordinate) => (policy[coordinate]?.work === work ? fieldAt(coordinate) : []))

/** The name of the field at a coordinate of the schema: of a mutation, or a query that is recorded. */
export const fieldAt = (coordinate: string): string => coordinate.split('.')[1] as string

/** Whether a row of the table needs to know the client: to let its team in, or for a rule that takes the facts of the client. */
export const asksOfClient = ({ clientTeam, when = [] }: PolicyRow): boolean =>
  clientTeam === true || when.some((rule) => rule.length > 2)

/**
 * Whether the actor is among `who`.
 * @param engagementId the engagement it is about; without one, a role on any team counts (it could be allowed somewhere)
 * @param client of the client it is about; null where it is about none; undefined while that is not known: then any team counts
 */
export function allows(
  who: Principals,
  actor: Actor | null,
  engagementId?: string | null,
  client?: ClientFacts | null,
): boolean {
  if (who.anyone) return true
  if (!actor) return false
  if (actor.clientRole) return who.client?.includes(actor.clientRole) ?? false
  if (actor.firmRole && who.firm?.includes(actor.firmRole)) return true
  if (who.clientTeam && (client === undefined ? actor.team.size > 0 : client?.onTeam)) return true
  if (!who.team) return false
  if (engagementId) {
    const role = actor.team.get(engagementId)
    return role !== undefined && who.team.includes(role)
  }
  return [...actor.team.values()].some((role) => who.team?.includes(role))
}
