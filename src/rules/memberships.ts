import { Refusal } from './refusal.js'
import type { ClientRole, FirmRole, MembershipState } from './vocabulary.js'

/** What the rules look at of a membership. */
export interface MembershipFacts {
  id: string
  firmRole: FirmRole | null
  clientRole: ClientRole | null
  state: MembershipState
}

interface Administrator {
  memberId: string
  firmRole: FirmRole | null
}

/** Whoever runs out of rights, or into them, does so by another person's hand. @throws Refusal OWN_MEMBERSHIP */
export function isAnothersMembership(member: MembershipFacts, actor: Administrator): void {
  if (member.id !== actor.memberId) return
  throw new Refusal('OWN_MEMBERSHIP', 'This is your own membership: another administrator must do this.', ['memberId'])
}

/** People of the firm are the firm's administrators' affair; people of a client also its auditors'. @throws Refusal ROLE_INSUFFICIENT */
export function isYoursToAdminister(member: MembershipFacts, actor: Administrator): void {
  if (member.firmRole === null || actor.firmRole === 'FIRM_ADMIN') return
  throw new Refusal('ROLE_INSUFFICIENT', 'Memberships of the firm are changed by a FIRM_ADMIN.', ['memberId'])
}

/** Where a membership can go, and from where. */
export const membershipMoves: Readonly<Record<MembershipState, readonly MembershipState[]>> = {
  INVITED: ['ACTIVE', 'DISABLED'],
  ACTIVE: ['DISABLED'],
  DISABLED: ['ACTIVE', 'INVITED'],
}

const mustBe =
  (states: readonly MembershipState[], to: MembershipState) =>
  (member: MembershipFacts): void => {
    if (states.includes(member.state)) return
    throw new Refusal(
      'INVALID_TRANSITION',
      `This is possible for a membership that is ${states.join(' or ')}; it is ${member.state}.`,
      ['memberId'],
      { from: member.state, to, allowed: membershipMoves[member.state] },
    )
  }

/** @throws Refusal INVALID_TRANSITION */
export const canBeDisabled = mustBe(['INVITED', 'ACTIVE'], 'DISABLED')
/** @throws Refusal INVALID_TRANSITION */
export const canBeReinstated = mustBe(['DISABLED'], 'ACTIVE')
/** @throws Refusal INVALID_TRANSITION */
export const awaitsAcceptance = mustBe(['INVITED'], 'INVITED')

/**
 * A firm always keeps somebody who can let others in.
 * @param otherAdmins how many other active FIRM_ADMINs the firm has
 * @throws Refusal LAST_ADMIN
 */
export function leavesAnAdmin(member: MembershipFacts, otherAdmins: number): void {
  if (member.firmRole !== 'FIRM_ADMIN' || member.state !== 'ACTIVE' || otherAdmins > 0) return
  throw new Refusal('LAST_ADMIN', 'This is the only active FIRM_ADMIN of the firm. Make another one first.', [
    'memberId',
  ])
}
