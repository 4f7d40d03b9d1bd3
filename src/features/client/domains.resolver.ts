import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Firm } from '../firm/firm.js'
import { Client } from './client.js'
import { changeClientDomains, changeFirmDomains } from './domains.actions.js'
import { ChangeClientDomainsInput, ChangeFirmDomainsInput } from './domains.inputs.js'

const ChangeFirmDomainsPayload = payloadOf('ChangeFirmDomainsPayload', {
  firm: [() => Firm, 'The firm with its changes.'],
})
const ChangeClientDomainsPayload = payloadOf('ChangeClientDomainsPayload', {
  client: [() => Client, 'The client with its changes.'],
})

@Resolver()
export class DomainsResolver {
  @Mutation(() => ChangeFirmDomainsPayload, {
    description:
      'Changes the firm’s e-mail domains. An address in or below one of them is invited to a client by the client’s own administrator only.',
  })
  changeFirmDomains(
    @Arg('input', () => ChangeFirmDomainsInput) input: ChangeFirmDomainsInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, changeFirmDomains)
  }

  @Mutation(() => ChangeClientDomainsPayload, {
    description:
      'Changes a client’s e-mail domains, in which the firm’s side may invite people of the client. Once the first administrator of the client’s own has accepted, only the client’s administrators change them.',
  })
  changeClientDomains(
    @Arg('input', () => ChangeClientDomainsInput) input: ChangeClientDomainsInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, changeClientDomains)
  }
}
