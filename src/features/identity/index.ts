import { AccountResolver } from './account.resolver.js'
import { ClientPeopleResolver, MemberResolver } from './members.resolver.js'
import { SignInResolver } from './sign-in.resolver.js'

export const identity = {
  name: 'identity',
  rows: [],
  resolvers: [SignInResolver, AccountResolver, MemberResolver, ClientPeopleResolver],
}
