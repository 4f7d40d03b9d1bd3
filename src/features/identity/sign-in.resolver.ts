import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Database } from '../../data/database.js'
import { type WriteTx, write } from '../../data/work.js'
import { atMost } from '../../graph/bounded-list.js'
import type { Context } from '../../graph/context.js'
import type { ActInput } from '../../graph/input.js'
import { payloadOf, userError } from '../../graph/payload.js'
import { weights } from '../../graph/weights.js'
import { normalEmail, peopleLimits } from '../../rules/people.js'
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
import { type OpaqueToken, readOpaqueToken } from './opaque-token.js'
import { noteMembership } from './sessions.js'
import { chooseMembership, refreshSession, signIn, signOut, switchMembership, TokenReused } from './sign-in.actions.js'
import { endFamily, lockSession } from './store.js'
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
      'Signs a person in. Who has several memberships names one, or chooses from those answered. Ten failures for an account, or a hundred from an address, close it for a quarter of an hour.',
    complexity: weights.password,
  })
  async signIn(@Arg('input', () => SignInInput) input: SignInInput, @Ctx() context: Context) {
    const { tokens, passwords } = context.services
    const email = normalEmail(input.email)
    return attempting(context, email, async () => {
      const proof = await provePassword(context.database, passwords, email, input.password)
      return lettingIn(context, input, (tx) => signIn(tx, input, proof, tokens))
    })
  }

  @Mutation(() => ChooseMembershipPayload, { description: 'Goes on signing in, in one of several memberships.' })
  async chooseMembership(
    @Arg('input', () => ChooseMembershipInput) input: ChooseMembershipInput,
    @Ctx() context: Context,
  ) {
    return attempting(context, null, () =>
      lettingIn(context, input, (tx) => chooseMembership(tx, input, context.services.tokens)),
    )
  }

  @Mutation(() => RefreshSessionPayload, {
    description:
      'Changes a refresh token into new tokens. When no answer arrives, send it again with the same `idempotencyKey`: with another key it is a second use, which ends the session.',
  })
  async refreshSession(@Arg('input', () => RefreshSessionInput) input: RefreshSessionInput, @Ctx() context: Context) {
    return attempting(context, null, () =>
      lettingIn(context, input, (tx) => refreshSession(tx, input, context.services.tokens)),
    )
  }

  @Mutation(() => AcceptInvitationPayload, {
    description:
      'Accepts an invitation and signs in. Makes the account when the e-mail address has none. Refused while signed in as another person, and where the person is on the other side of the firm.',
    complexity: weights.password,
  })
  async acceptInvitation(
    @Arg('input', () => AcceptInvitationInput) input: AcceptInvitationInput,
    @Ctx() context: Context,
  ) {
    const { database, services } = context
    const email = await invitedEmail(database, input.token)
    return attempting(context, email, async () => {
      const acceptance = await prepareAcceptance(database, services.passwords, email, input.password)
      return lettingIn(context, input, (tx) => acceptInvitation(tx, input, acceptance, services.tokens, context.claims))
    })
  }

  @Mutation(() => SwitchMembershipPayload, {
    description: 'Signs in once more, in another membership of yours. The present session goes on.',
  })
  async switchMembership(
    @Arg('input', () => SwitchMembershipInput) input: SwitchMembershipInput,
    @Ctx() context: Context,
  ) {
    await context.services.tokens.ready()
    return lettingIn(context, input, (tx) => switchMembership(tx, input, context.services.tokens))
  }

  @Mutation(() => SignOutPayload, { description: 'Ends the session: its tokens stop at once.' })
  signOut(@Arg('input', () => SignOutInput) input: SignOutInput, @Ctx() context: Context) {
    return context.act(input, signOut)
  }
}

/**
 * Does an act that answers a session. Where it shows that somebody has a copy of a refresh token, the session is ended:
 * in a transaction of its own, because the act itself was refused.
 */
async function lettingIn<I extends ActInput, P extends { session?: SignedIn }>(
  context: Context,
  input: I,
  action: (tx: WriteTx) => Promise<P>,
) {
  let reused: TokenReused | null = null
  let repetition = true
  const answer = await context.act(input, (tx) => {
    repetition = false
    return action(tx).catch((error: unknown) => {
      if (error instanceof TokenReused) reused = error
      throw error
    })
  })
  if (repetition && answer.session) reused = await answeredToken(context.database, answer.session)
  if (!reused) return answer
  await endReused(context, reused)
  return { errors: [userError(reused)] } as typeof answer
}

/**
 * A repetition gives the first answer again because it may have been lost. When the refresh token in that answer was
 * used since, it was not lost: who repeats the request now has a copy of it.
 */
async function answeredToken(database: Database, { refreshToken }: SignedIn): Promise<TokenReused | null> {
  const token = readOpaqueToken(refreshToken) as OpaqueToken
  return write(database, null, 'readSession', async (tx) => {
    await tx.enter(token.firmId)
    const session = await lockSession(tx, token.id)
    return session?.usedAt ? new TokenReused(token.firmId, session.familyId, session.memberId) : null
  })
}

async function endReused({ database, services, request }: Context, reused: TokenReused): Promise<void> {
  const { firmId, familyId, memberId } = reused
  await write(database, null, 'endReusedSession', async (tx) => {
    await tx.enter(firmId)
    if (!(await endFamily(tx, familyId))) return
    // Who presented the token is not known: it may be its holder or whoever has the copy.
    noteMembership(tx, { firmId, memberId }, { before: { session: familyId } })
    await tx.appendTrail('endReusedSession', null)
  })
  services.log.warn(
    { firmId, memberId, sessionId: familyId, requestId: request.id },
    'a refresh token was used twice; its session was ended',
  )
}
