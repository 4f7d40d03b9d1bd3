import { Field, ID, ObjectType } from 'type-graphql'
import { Moment } from '../../kernel/schema/scalars.js'
import type * as words from '../../rules/vocabulary.js'
import { ClientRole, FirmRole } from '../enums.js'

@ObjectType({ description: 'A session that was opened or goes on: the tokens of one membership.' })
export class SignedIn {
  @Field(() => ID, { description: 'The membership the tokens are for.' })
  memberId: string

  @Field(() => String, {
    description:
      'To be sent with each request: `Authorization: Bearer ...`. Holds ten minutes, or as long as the service is set.',
  })
  accessToken: string

  @Field(() => Moment, { description: 'When the access token ends.' })
  accessTokenExpiresAt: Date

  @Field(() => String, {
    description:
      'Changes into new tokens once, through `refreshSession`. Using one again more than 30 seconds later ends the session: it was copied.',
  })
  refreshToken: string

  @Field(() => Moment, { description: 'When the refresh token ends, unless it is used before.' })
  refreshTokenExpiresAt: Date
}

@ObjectType({ description: 'One of several memberships to choose from when signing in.' })
export class MembershipChoice {
  @Field(() => ID, { description: 'The membership, for `chooseMembership` or `signIn`.' })
  memberId: string

  @Field(() => String, { description: 'The name of the audit firm.' })
  firmName: string

  @Field(() => String, { nullable: true, description: 'The client, for a person of a client.' })
  clientName: string | null

  @Field(() => FirmRole, { nullable: true, description: 'The role in the firm.' })
  firmRole: words.FirmRole | null

  @Field(() => ClientRole, { nullable: true, description: 'The role at the client.' })
  clientRole: words.ClientRole | null
}
