import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, page } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Member } from '../firm/member.js'
import { changeClientCalendar } from './calendar.actions.js'
import { ChangeClientCalendarInput } from './calendar.inputs.js'
import { createClient, updateClient } from './client.actions.js'
import { CreateClientInput, UpdateClientInput } from './client.inputs.js'
import { Client } from './client.js'

const ClientConnection = connectionOf(Client, 'Client')
const CreateClientPayload = payloadOf('CreateClientPayload', {
  client: [() => Client, 'The client as it was taken on.'],
})
const UpdateClientPayload = payloadOf('UpdateClientPayload', { client: [() => Client, 'The client with its changes.'] })
const ChangeClientCalendarPayload = payloadOf('ChangeClientCalendarPayload', {
  client: [() => Client, 'The client with its calendar.'],
})

@Resolver(() => Client)
export class ClientResolver {
  @Query(() => ClientConnection, { description: 'The firm’s clients, oldest first; a client user sees their own.' })
  async clients(@Args(() => PageArgs) args: PageArgs, @Ctx() context: Context): Promise<Page<Client>> {
    return page(await context.tx(), Client, {}, args, { by: 'id', direction: 'asc' })
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who set its calendar; null where none was set.' })
  calendarSetBy(@Root() client: Client, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, client.calendarSetBy)
  }

  @Mutation(() => CreateClientPayload, { description: 'Takes on a client.' })
  createClient(@Arg('input', () => CreateClientInput) input: CreateClientInput, @Ctx() context: Context) {
    return context.runMutation(input, createClient)
  }

  @Mutation(() => UpdateClientPayload, { description: 'Changes what is recorded of a client.' })
  updateClient(@Arg('input', () => UpdateClientInput) input: UpdateClientInput, @Ctx() context: Context) {
    return context.runMutation(input, updateClient)
  }

  @Mutation(() => ChangeClientCalendarPayload, {
    description:
      'Says when people work at a client: its time zone, weekend and holidays. The occurrences expected of its controls follow from it, in engagements of which no list was imported yet.',
  })
  changeClientCalendar(
    @Arg('input', () => ChangeClientCalendarInput) input: ChangeClientCalendarInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, changeClientCalendar)
  }
}
