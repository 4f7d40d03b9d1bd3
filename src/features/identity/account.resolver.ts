import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import { unauthenticated } from '../../kernel/access/faults.js'
import type { Context } from '../../kernel/execute/context.js'
import { costs } from '../../kernel/execute/point-costs.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { readIdentity } from '../../kernel/store/work.js'
import { passwordFault } from '../../rules/people.js'
import { changePassword } from './account.actions.js'
import { provePassword } from './credentials.js'
import { ChangePasswordInput } from './identity.inputs.js'
import { accountById } from './store.js'
import { attempting } from './throttle.js'

const ChangePasswordPayload = payloadOf('ChangePasswordPayload', {
  passwordChanged: [() => Boolean, 'True when the password was changed.'],
})

@Resolver()
export class AccountResolver {
  @Mutation(() => ChangePasswordPayload, {
    description: 'Changes your password. Your other sessions end, in all your memberships.',
    complexity: costs.password,
  })
  async changePassword(@Arg('input', () => ChangePasswordInput) input: ChangePasswordInput, @Ctx() context: Context) {
    const { claims, database, services } = context
    if (!claims) throw unauthenticated()
    const account = await readIdentity(database, (tx) => accountById(tx, claims.userId))
    const email = account?.email ?? ''
    return attempting(context, email, async () => {
      const proof = await provePassword(database, services.passwords, email, input.currentPassword)
      const newHash =
        proof && !passwordFault(input.newPassword, proof.email)
          ? await services.passwords.hash(input.newPassword)
          : null
      const answer = await context.runMutation(input, (tx) => changePassword(tx, input, proof, newHash))
      if (answer.passwordChanged) services.log.info({ userId: claims.userId }, 'a password was changed')
      return answer
    })
  }
}
