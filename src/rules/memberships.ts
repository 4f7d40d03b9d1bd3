import { type Domains, isAddressOfClient } from './email-domains.js'
import { membershipLifecycle } from './lifecycles.js'
import { Refusal } from './refusal.js'
import type { ClientRole, FirmRole, InvitationState, MembershipState } from './vocabulary.js'

/** What the rules look at of a membership. */
export interface MembershipFacts {
  id: string
  firmRole: FirmRole | null
  clientRole: ClientRole | null
  state: MembershipState
}

interface Administrator {
  memberId: string
  /** Null for a member of the firm. */
  clientRole: ClientRole | null
}

/** A membership is given rights, or loses them, by another person's act. @throws Refusal OWN_MEMBERSHIP */
export function checkAnothersMembership(member: MembershipFacts, actor: Administrator): void {
  if (member.id !== actor.memberId) return
  throw new Refusal('OWN_MEMBERSHIP', 'This is your own membership: another administrator must do this.', ['memberId'])
}

/**
 * An address outside the client's e-mail domains, or in the firm's own, is let in by the client's own administrator only:
 * the firm's side cannot know that its holder is a person of the client, and could let in itself by a second mailbox.
 * @param domains null for a membership of the firm
 * @throws Refusal ROLE_INSUFFICIENT
 */
export function checkAddressOfClient(
  { email }: { email: string },
  actor: Pick<Administrator, 'clientRole'>,
  domains: Domains | null,
  path: 'email' | 'memberId' = 'memberId',
): void {
  if (domains === null || actor.clientRole !== null || isAddressOfClient(email, domains)) return
  throw new Refusal(
    'ROLE_INSUFFICIENT',
    'This address is not in one of the client’s e-mail domains, or it is the firm’s own: a CLIENT_ADMIN of the client must do this.',
    [path],
  )
}

/**
 * The client's e-mail domains are changed by the client's own administrators from the moment the first of them has
 * accepted, also when none of them is active any more: otherwise the firm's side could disable them and then let in anyone.
 * @throws Refusal ROLE_INSUFFICIENT
 */
export function checkDomainsAuthor(
  client: { administratorAcceptedAt: Date | null },
  actor: Pick<Administrator, 'clientRole'>,
): void {
  if (client.administratorAcceptedAt === null || actor.clientRole !== null) return
  throw new Refusal(
    'ROLE_INSUFFICIENT',
    'The client has an administrator of its own: only a CLIENT_ADMIN changes its e-mail domains.',
    ['clientId'],
  )
}

/**
 * One person is on one side: who is a member of the firm, or invited to be one, holds no membership with a client of it; nor
 * does who examines the client. One sentence for both: it is shown to administrators of clients, who see nothing of the firm's
 * people and would learn from two whether an address is of the firm, or was and left it.
 * @param person what is known of them, by their account and their addresses
 * @param path where in the input the person is named
 * @throws Refusal SEPARATION_OF_DUTIES
 */
export function checkOneSide(
  person: { ofFirm: boolean; ofClient: boolean; examinesClient: boolean },
  joining: 'FIRM' | 'CLIENT',
  path: 'email' | 'memberId' | 'token',
): void {
  const [other, sentence] =
    joining === 'FIRM'
      ? [person.ofClient, 'This person is with a client of the firm, and cannot be a member of the firm as well.']
      : [
          person.ofFirm || person.examinesClient,
          'This person is a member of the firm, or examines this client, and cannot be with the client as well.',
        ]
  if (other) throw new Refusal('SEPARATION_OF_DUTIES', sentence, [path])
}

/** What is looked at of an invitation. */
export interface InvitationFacts {
  acceptedAt: Date | null
  voidedAt: Date | null
  expiresAt: Date
}

/** Whether an invitation can be accepted at this moment and, if not, why. */
export function invitationState({ acceptedAt, voidedAt, expiresAt }: InvitationFacts, now: Date): InvitationState {
  if (acceptedAt) return 'ACCEPTED'
  if (voidedAt) return 'VOID'
  return expiresAt > now ? 'OPEN' : 'EXPIRED'
}

/** In which a membership takes its person’s place on a side, also before the invitation is accepted. */
export const statesInUse = ['INVITED', 'ACTIVE'] as const satisfies readonly MembershipState[]

const checkState =
  (possible: readonly MembershipState[], to: MembershipState) =>
  ({ state }: MembershipFacts): void =>
    membershipLifecycle.checkState(state, possible, {
      to,
      path: ['memberId'],
      message: `This is possible for a membership that is ${possible.join(' or ')}; it is ${state}.`,
    })

/** @throws Refusal INVALID_TRANSITION */
export const checkNotDisabled = checkState(statesInUse, 'DISABLED')
/** @throws Refusal INVALID_TRANSITION */
export const checkDisabled = checkState(['DISABLED'], 'ACTIVE')
/** @throws Refusal INVALID_TRANSITION */
export const checkInvited = checkState(['INVITED'], 'INVITED')

/**
 * A firm always keeps an administrator who can let others in.
 * @param otherAdmins how many other active FIRM_ADMINs the firm has
 * @throws Refusal LAST_ADMIN
 */
export function checkAdminRemains(member: MembershipFacts, otherAdmins: number): void {
  if (member.firmRole !== 'FIRM_ADMIN' || member.state !== 'ACTIVE' || otherAdmins > 0) return
  throw new Refusal('LAST_ADMIN', 'This is the only active FIRM_ADMIN of the firm. Make another one first.', [
    'memberId',
  ])
}
