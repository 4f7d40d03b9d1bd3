import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { registerEntryState } from '../../rules/registers.js'
import type * as words from '../../rules/vocabulary.js'
import { Client } from '../client/client.js'
import { RegisterEntryState } from '../enums.js'
import { Evidence } from '../evidence/evidence.js'
import { Member } from '../firm/member.js'
import { evidenceOfEntry } from './entry-evidence.js'
import { Incident } from './incident.js'
import { recordIncident, shareIncident, updateIncident, withdrawIncident } from './register.actions.js'
import {
  RecordIncidentInput,
  ShareIncidentInput,
  UpdateIncidentInput,
  WithdrawIncidentInput,
} from './register.inputs.js'
import { ENTRY_EVIDENCE_MAX } from './register-entry.js'

export const IncidentConnection = connectionOf(Incident, 'Incident')
const RecordIncidentPayload = payloadOf('RecordIncidentPayload', {
  incident: [() => Incident, 'The incident as it was entered.'],
})
const UpdateIncidentPayload = payloadOf('UpdateIncidentPayload', {
  incident: [() => Incident, 'The incident with its changes.'],
})
const ShareIncidentPayload = payloadOf('ShareIncidentPayload', {
  incident: [() => Incident, 'The incident as the auditor reads it now.'],
})
const WithdrawIncidentPayload = payloadOf('WithdrawIncidentPayload', {
  incident: [() => Incident, 'The incident, withdrawn with its reason.'],
})

@Resolver(() => Incident)
export class IncidentResolver {
  @FieldResolver(() => RegisterEntryState, { description: 'Where the entry stands: kept, shared or withdrawn.' })
  state(@Root() incident: Incident): words.RegisterEntryState {
    return registerEntryState(incident)
  }

  @FieldResolver(
    () => [Evidence],
    atMost(ENTRY_EVIDENCE_MAX, 'The evidence that the client names for it, as far as you see it.'),
  )
  evidence(@Root() { evidenceIds }: Incident, @Ctx() { loaders }: Context): Promise<Evidence[]> {
    return evidenceOfEntry(loaders, evidenceIds)
  }

  @FieldResolver(() => Client, { description: 'The client whose register it is.' })
  client(@Root() { clientId }: Incident, @Ctx() { loaders }: Context): Promise<Client | null> {
    return loaders.byId(Client, clientId)
  }

  @FieldResolver(() => Member, { description: 'Who of the client entered it.' })
  recordedBy(@Root() { createdBy }: Incident, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, createdBy)
  }

  @Mutation(() => RecordIncidentPayload, {
    description: 'Enters an incident into the client’s own register: it is the client’s until it shares it.',
  })
  recordIncident(@Arg('input', () => RecordIncidentInput) input: RecordIncidentInput, @Ctx() context: Context) {
    return context.runMutation(input, recordIncident)
  }

  @Mutation(() => UpdateIncidentPayload, {
    description: 'Changes an incident. Where it is shared the auditor sees what was changed, and evaluates it anew.',
  })
  updateIncident(@Arg('input', () => UpdateIncidentInput) input: UpdateIncidentInput, @Ctx() context: Context) {
    return context.runMutation(input, updateIncident)
  }

  @Mutation(() => ShareIncidentPayload, {
    description:
      'Shares an incident with the auditor: from then on the teams of engagements of the client read it, for good.',
  })
  shareIncident(@Arg('input', () => ShareIncidentInput) input: ShareIncidentInput, @Ctx() context: Context) {
    return context.runMutation(input, shareIncident)
  }

  @Mutation(() => WithdrawIncidentPayload, {
    description:
      'Withdraws an incident that was entered in error. Shared, it stays visible, and is evaluated as withdrawn.',
  })
  withdrawIncident(@Arg('input', () => WithdrawIncidentInput) input: WithdrawIncidentInput, @Ctx() context: Context) {
    return context.runMutation(input, withdrawIncident)
  }
}

@Resolver(() => Client)
export class ClientIncidentsResolver {
  @FieldResolver(() => IncidentConnection, {
    description:
      'The client’s own register of incidents, in the order of entering, withdrawn ones among them. The auditor reads what was shared at the engagement.',
  })
  incidents(
    @Root() { id }: Client,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Incident>> {
    return pageWithin(context, Incident, ['clientId', id], {}, args, { by: 'id', direction: 'asc' })
  }
}
