import { AccountResolver } from './account.resolver.js'
import { Invitation } from './invitation.js'
import { ClientInvitationsResolver, InvitationResolver } from './invitation.resolver.js'
import { ClientPeopleResolver, MemberResolver } from './members.resolver.js'
import { oneSideGate } from './sides.js'
import { SignInResolver } from './sign-in.resolver.js'

export const identity = {
  name: 'identity',
  rows: [Invitation],
  resolvers: [
    SignInResolver,
    AccountResolver,
    MemberResolver,
    ClientPeopleResolver,
    InvitationResolver,
    ClientInvitationsResolver,
  ],
  gates: {
    resendInvitation: oneSideGate,
    reinstateMember: oneSideGate,
  },
}
