import { MaxLength, MinLength } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Key, Line, Secret } from '../../kernel/schema/text.js'
import { peopleLimits } from '../../rules/people.js'
import type * as words from '../../rules/vocabulary.js'
import { ClientRole, FirmRole } from '../enums.js'

export const limits = { email: peopleLimits.email, name: peopleLimits.name, token: 2_000 } as const

/** A password as it was typed. Whether it will do for a new one is a rule of its own: see rules/people.ts. */
function Password(description: string): PropertyDecorator {
  return (target, property) => {
    Field(() => String, { description })(target, property as string)
    Secret(target, property)
    const message = `${String(property)} must have between 1 and ${peopleLimits.passwordMax} characters.`
    MinLength(1, { message })(target, property as string)
    MaxLength(peopleLimits.passwordMax * 2, { message })(target, property as string)
  }
}

@InputType({ description: 'Signs a person in.' })
export class SignInInput {
  @Line({ max: limits.email, description: 'The e-mail address of the account.' })
  email: string

  @Password('The password of the account.')
  password: string

  @Field(() => ID, { nullable: true, description: 'The membership to work in, when the person has several.' })
  memberId?: string | null
}

@InputType({ description: 'Goes on signing in, in one of several memberships.' })
export class ChooseMembershipInput extends ActInput {
  @Key({ max: limits.token, description: 'The ticket that `signIn` answered.' })
  ticket: string

  @Field(() => ID, { description: 'The membership to work in.' })
  memberId: string
}

@InputType({ description: 'Changes a refresh token into new tokens.' })
export class RefreshSessionInput {
  @Key({
    max: limits.token,
    description: 'The latest refresh token of the session. It is used up by this, but for the 30 seconds after.',
  })
  refreshToken: string
}

@InputType({ description: 'Signs in once more, in another membership of the same person.' })
export class SwitchMembershipInput extends ActInput {
  @Field(() => ID, { description: 'The membership to work in.' })
  memberId: string
}

@InputType({ description: 'Ends the session of the access token.' })
export class SignOutInput extends ActInput {}

@InputType({ description: 'Changes the password of the account.' })
export class ChangePasswordInput extends ActInput {
  @Password('The password as it is now.')
  currentPassword: string

  @Password(`The new password: ${peopleLimits.passwordMin} to ${peopleLimits.passwordMax} characters.`)
  newPassword: string
}

@InputType({ description: 'Which invitation is accepted, and with which password.' })
export class AcceptInvitationInput extends ActInput {
  @Key({ max: limits.token, description: 'The token of the invitation.' })
  token: string

  @Password(
    `For an e-mail address that has an account already, its password. Otherwise the password of the new account: ${peopleLimits.passwordMin} to ${peopleLimits.passwordMax} characters.`,
  )
  password: string
}

@InputType({ description: 'Invites a person into the firm.' })
export class InviteMemberInput extends ActInput {
  @Line({ max: limits.email, description: 'The e-mail address the invitation goes to.' })
  email: string

  @Line({ max: limits.name, description: 'The person’s name, as it is to stand under their work.' })
  name: string

  @Field(() => FirmRole, { description: 'The role in the firm.' })
  firmRole: words.FirmRole
}

@InputType({ description: 'Invites a person of a client.' })
export class InviteClientUserInput extends ActInput {
  @Field(() => ID, { description: 'The id of the client that the act is about.' })
  clientId: string

  @Line({ max: limits.email, description: 'The e-mail address the invitation goes to.' })
  email: string

  @Line({ max: limits.name, description: 'The person’s name.' })
  name: string

  @Field(() => ClientRole, { description: 'The role at the client.' })
  clientRole: words.ClientRole
}

@InputType({ description: 'Names a membership to be changed.' })
export class MemberChangeInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the membership that the act is about.' })
  memberId: string
}

@InputType({ description: 'Invites a person again who has not accepted yet; earlier invitations are void.' })
export class ResendInvitationInput extends MemberChangeInput {}

@InputType({ description: 'Takes a person’s access away.' })
export class DisableMemberInput extends MemberChangeInput {}

@InputType({ description: 'Gives a disabled person their access back.' })
export class ReinstateMemberInput extends MemberChangeInput {}

@InputType({ description: 'Changes a person’s role.' })
export class ChangeMemberRoleInput extends MemberChangeInput {
  @Field(() => FirmRole, { nullable: true, description: 'The new role, for a member of the firm.' })
  firmRole?: words.FirmRole | null

  @Field(() => ClientRole, { nullable: true, description: 'The new role, for a person of a client.' })
  clientRole?: words.ClientRole | null
}
