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
import { recordSystemChange, shareSystemChange, updateSystemChange, withdrawSystemChange } from './register.actions.js'
import {
  RecordSystemChangeInput,
  ShareSystemChangeInput,
  UpdateSystemChangeInput,
  WithdrawSystemChangeInput,
} from './register.inputs.js'
import { ENTRY_EVIDENCE_MAX } from './register-entry.js'
import { SystemChange } from './system-change.js'

export const SystemChangeConnection = connectionOf(SystemChange, 'SystemChange')
const RecordSystemChangePayload = payloadOf('RecordSystemChangePayload', {
  systemChange: [() => SystemChange, 'The change as it was entered.'],
})
const UpdateSystemChangePayload = payloadOf('UpdateSystemChangePayload', {
  systemChange: [() => SystemChange, 'The entry as it says now.'],
})
const ShareSystemChangePayload = payloadOf('ShareSystemChangePayload', {
  systemChange: [() => SystemChange, 'The change as the auditor reads it now.'],
})
const WithdrawSystemChangePayload = payloadOf('WithdrawSystemChangePayload', {
  systemChange: [() => SystemChange, 'The change, withdrawn with its reason.'],
})

@Resolver(() => SystemChange)
export class SystemChangeResolver {
  @FieldResolver(() => RegisterEntryState, { description: 'Where the entry stands: kept, shared or withdrawn.' })
  state(@Root() change: SystemChange): words.RegisterEntryState {
    return registerEntryState(change)
  }

  @FieldResolver(
    () => [Evidence],
    atMost(ENTRY_EVIDENCE_MAX, 'The evidence that the client names for it, as far as you see it.'),
  )
  evidence(@Root() { evidenceIds }: SystemChange, @Ctx() { loaders }: Context): Promise<Evidence[]> {
    return evidenceOfEntry(loaders, evidenceIds)
  }

  @FieldResolver(() => Client, { description: 'The client whose register it is.' })
  client(@Root() { clientId }: SystemChange, @Ctx() { loaders }: Context): Promise<Client | null> {
    return loaders.byId(Client, clientId)
  }

  @FieldResolver(() => Member, { description: 'Who of the client entered it.' })
  recordedBy(@Root() { createdBy }: SystemChange, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, createdBy)
  }

  @Mutation(() => RecordSystemChangePayload, {
    description:
      'Enters a change of organization or system into the client’s own register: it is the client’s until it shares it.',
  })
  recordSystemChange(
    @Arg('input', () => RecordSystemChangeInput) input: RecordSystemChangeInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordSystemChange)
  }

  @Mutation(() => UpdateSystemChangePayload, {
    description:
      'Changes the entry of a change. Where it is shared the auditor sees what was changed, and evaluates it anew.',
  })
  updateSystemChange(
    @Arg('input', () => UpdateSystemChangeInput) input: UpdateSystemChangeInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, updateSystemChange)
  }

  @Mutation(() => ShareSystemChangePayload, {
    description:
      'Shares a change with the auditor: from then on the teams of engagements of the client read it, for good.',
  })
  shareSystemChange(
    @Arg('input', () => ShareSystemChangeInput) input: ShareSystemChangeInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, shareSystemChange)
  }

  @Mutation(() => WithdrawSystemChangePayload, {
    description:
      'Withdraws a change that was entered in error. Shared, it stays visible, and is evaluated as withdrawn.',
  })
  withdrawSystemChange(
    @Arg('input', () => WithdrawSystemChangeInput) input: WithdrawSystemChangeInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, withdrawSystemChange)
  }
}

@Resolver(() => Client)
export class ClientChangesResolver {
  @FieldResolver(() => SystemChangeConnection, {
    description:
      'The client’s own register of changes of organization and system, in the order of entering, withdrawn ones among them. The auditor reads what was shared at the engagement.',
  })
  systemChanges(
    @Root() { id }: Client,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<SystemChange>> {
    return pageWithin(context, SystemChange, ['clientId', id], {}, args, { by: 'id', direction: 'asc' })
  }
}
