import {
  awaitsAcceptance,
  canBeDisabled,
  canBeReinstated,
  isAnothersMembership,
  isYoursToAdminister,
} from '../rules/memberships.js'
import {
  type ClientRole,
  clientRoles,
  type FirmRole,
  firmRoles,
  type TeamRole,
  teamRoles,
  words,
} from '../rules/vocabulary.js'
import type { PolicyRow, Who } from './permission.js'

export const anyone: Who = { anyone: true }
export const firm = (...roles: FirmRole[]): Who => ({ firm: roles.length > 0 ? roles : words(firmRoles) })
export const team = (...roles: TeamRole[]): Who => ({ team: roles.length > 0 ? roles : words(teamRoles) })
export const client = (...roles: ClientRole[]): Who => ({ client: roles.length > 0 ? roles : words(clientRoles) })
export const member: Who = { ...firm(), ...client() }
/** Who looks after people: the firm's administrators; for people of a client also its auditors and its own administrator. */
const administrators: Who = { ...firm('FIRM_ADMIN', 'PARTNER', 'MANAGER'), ...client('CLIENT_ADMIN') }

/**
 * THE TABLE: who may enter what, and who may do what, when. Keys are schema coordinates. The guard refuses to start when a
 * root field or a type has no row here, or a row matches nothing; `actions` and the acts themselves ask the same rows.
 */
export const policy: Readonly<Record<string, PolicyRow>> = {
  // ---- the graph itself
  Action: member,
  'Query.node': member,

  // ---- firm, members
  Viewer: member,
  Firm: member,
  Member: member,
  'Query.viewer': member,
  'Firm.members': firm(),

  // ---- clients
  Client: member,
  'Query.clients': member,
  'Mutation.createClient': firm('FIRM_ADMIN', 'PARTNER', 'MANAGER'),
  'Mutation.updateClient': { ...firm('FIRM_ADMIN', 'PARTNER', 'MANAGER'), on: 'Client' },

  // ---- identity
  SignedIn: anyone,
  MembershipChoice: anyone,
  'Mutation.signIn': anyone,
  'Mutation.chooseMembership': anyone,
  'Mutation.refreshSession': anyone,
  'Mutation.acceptInvitation': anyone,
  'Mutation.switchMembership': member,
  'Mutation.signOut': member,
  'Mutation.changePassword': member,
  'Client.members': member,
  'Member.client': member,
  'Mutation.inviteMember': { ...firm('FIRM_ADMIN'), on: 'Firm' },
  'Mutation.inviteClientUser': { ...administrators, on: 'Client' },
  'Mutation.resendInvitation': { ...administrators, on: 'Member', when: [isYoursToAdminister, awaitsAcceptance] },
  'Mutation.disableMember': {
    ...administrators,
    on: 'Member',
    when: [isAnothersMembership, isYoursToAdminister, canBeDisabled],
  },
  'Mutation.reinstateMember': { ...administrators, on: 'Member', when: [isYoursToAdminister, canBeReinstated] },
  'Mutation.changeMemberRole': { ...administrators, on: 'Member', when: [isAnothersMembership, isYoursToAdminister] },

  // ---- trail: the team reads its engagement's, the administrator the firm's own
  TrailEntry: { ...team(), ...firm('FIRM_ADMIN') },
  TrailChange: { ...team(), ...firm('FIRM_ADMIN') },
  TrailField: { ...team(), ...firm('FIRM_ADMIN') },
  TrailVerification: { ...team(), ...firm('FIRM_ADMIN') },
  TrailBreak: { ...team(), ...firm('FIRM_ADMIN') },
  'Firm.trail': firm('FIRM_ADMIN'),
  'Query.verifyFirmTrail': firm('FIRM_ADMIN'),
}
