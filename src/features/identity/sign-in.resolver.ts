import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { costs } from '../../kernel/execute/point-costs.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type { ActInput } from '../../kernel/schema/input.js'
import { payloadOf, refusedFor } from '../../kernel/schema/payload.js'
import { type WriteTx, write } from '../../kernel/store/work.js'
import { normalEmail, peopleLimits } from '../../rules/people.js'
import { Refusal } from '../../rules/refusal.js'
import { provePassword } from './credentials.js'
import {
  AcceptInvitationInput,
  ChooseMembershipInput,
  RefreshSessionInput,
  SignInInput,
  SignOutInput,
  SwitchMembershipInput,
} from './identity.inputs.js'
import { MembershipChoice, SignedIn } from './identity.types.js'
import { acceptInvitation, invitedEmail, prepareAcceptance } from './invitations.js'
import { type Repeated, refreshSession, repeatSession, sessionOver } from './refresh.actions.js'
import { chooseMembership, signIn, signOut, switchMembership } from './sign-in.actions.js'
import { attempting } from './throttle.js'

const session = [() => SignedIn, 'The session and its tokens.'] as const
const SignInPayload = payloadOf('SignInPayload', {
  session,
  memberships: [
    () => [MembershipChoice],
    atMost(peopleLimits.memberships, 'When the person has several memberships and named none: these.'),
  ],
  ticket: [() => String, 'With it `chooseMembership` goes on, for five minutes.'],
})
const ChooseMembershipPayload = payloadOf('ChooseMembershipPayload', { session })
const RefreshSessionPayload = payloadOf('RefreshSessionPayload', { session })
const SwitchMembershipPayload = payloadOf('SwitchMembershipPayload', { session })
const AcceptInvitationPayload = payloadOf('AcceptInvitationPayload', { session })
const SignOutPayload = payloadOf('SignOutPayload', { signedOut: [() => Boolean, 'True when the session ended.'] })

@Resolver()
export class SignInResolver {
  @Mutation(() => SignInPayload, {
    description:
      'Signs a person in. Who has several memberships names one, or chooses from those answered. Failures are followed by pauses that grow up to a quarter of an hour; an account or a network with many failures makes those wait up to an hour, once, who sign in from a network that is new to the account. During a pause the answer is `RATE_LIMITED` with `retryAfterSeconds`, also for the right password, and no attempt makes the pause longer.',
    complexity: costs.password,
  })
  async signIn(@Arg('input', () => SignInInput) input: SignInInput, @Ctx() context: Context) {
    const { tokens, passwords } = context.services
    const email = normalEmail(input.email) ?? ''
    return attempting(context, email, async () => {
      const proof = await provePassword(context.database, passwords, email, input.password)
      return context.runMutation(input, (tx) => signIn(tx, input, proof, tokens))
    })
  }

  @Mutation(() => ChooseMembershipPayload, { description: 'Goes on signing in, in one of several memberships.' })
  async chooseMembership(
    @Arg('input', () => ChooseMembershipInput) input: ChooseMembershipInput,
    @Ctx() context: Context,
  ) {
    await context.services.tokens.ready()
    const { ticket } = input
    return issuingSession(context, input, (tx) => chooseMembership(tx, input, context.services.tokens), ticket)
  }

  @Mutation(() => RefreshSessionPayload, {
    description:
      'Changes a refresh token into new tokens. The token used last can be sent again for 30 seconds, by another window or when no answer arrived, and is changed into the same refresh token then, with a fresh access token; so it is for who has a copy of it. Later use, or use after the new refresh token was used, ends the session.',
  })
  async refreshSession(@Arg('input', () => RefreshSessionInput) input: RefreshSessionInput, @Ctx() context: Context) {
    const { services } = context
    await services.tokens.ready()
    const { repeated, ...answer } = await context.runMutation(input, (tx) => refreshSession(tx, input, services.tokens))
    if (repeated && !answer.session) return endedBecauseCopied(context, repeated)
    if (repeated) {
      const facts = { ...repeated, requestId: context.request.id }
      services.log.info(facts, 'a refresh token was used again within the time of grace')
    }
    return answer
  }

  @Mutation(() => AcceptInvitationPayload, {
    description:
      'Accepts an invitation and signs in. Makes the account when the e-mail address has none. Refused while signed in as another person, and where the person is on the other side of the firm.',
    complexity: costs.password,
  })
  async acceptInvitation(
    @Arg('input', () => AcceptInvitationInput) input: AcceptInvitationInput,
    @Ctx() context: Context,
  ) {
    const { database, services } = context
    const { token } = input
    const email = await invitedEmail(database, token)
    const accept = async () => {
      const acceptance = await prepareAcceptance(database, services.passwords, email, input.password)
      return issuingSession(
        context,
        input,
        (tx) => acceptInvitation(tx, input, acceptance, services.tokens, context.claims),
        token,
      )
    }
    if (email !== null) return attempting(context, email, accept)
    // Without an invitation no password is tried.
    await services.tokens.ready()
    return accept()
  }

  @Mutation(() => SwitchMembershipPayload, {
    description: 'Signs in once more, in another membership of yours. The present session goes on.',
  })
  async switchMembership(
    @Arg('input', () => SwitchMembershipInput) input: SwitchMembershipInput,
    @Ctx() context: Context,
  ) {
    await context.services.tokens.ready()
    return issuingSession(context, input, (tx) => switchMembership(tx, input, context.services.tokens))
  }

  @Mutation(() => SignOutPayload, { description: 'Ends the session: its tokens stop at once.' })
  signOut(@Arg('input', () => SignOutInput) input: SignOutInput, @Ctx() context: Context) {
    return context.runMutation(input, signOut)
  }
}

/**
 * Does an act that answers a session. A repetition is answered as `repeatSession` says.
 * @param secret what a caller carries who is not signed in
 */
async function issuingSession<I extends ActInput, P extends { session?: SignedIn }>(
  context: Context,
  input: I,
  action: (tx: WriteTx) => Promise<P>,
  secret?: string,
) {
  let isRepetition = true
  const answer = await context.runMutation(
    input,
    (tx) => {
      isRepetition = false
      return action(tx)
    },
    { secret },
  )
  const { session } = answer
  if (!isRepetition || !session) return answer
  try {
    const copied = await write(context.database, null, 'repeatSession', (tx) => repeatSession(tx, session))
    return copied ? endedBecauseCopied(context, copied) : answer
  } catch (error) {
    if (error instanceof Refusal) return refusedFor([error])
    throw error
  }
}

function endedBecauseCopied({ services, request }: Context, ended: Repeated): ReturnType<typeof refusedFor> {
  services.log.warn({ ...ended, requestId: request.id }, 'a refresh token was used twice; its session was ended')
  return refusedFor([sessionOver()])
}
