import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { orderOf } from '../../kernel/schema/order.js'
import { connectionOf, type Page, PageArgs, page, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { isUuid } from '../../kernel/store/work.js'
import { LIBRARY_PROCEDURES_MAX } from '../../rules/library.js'
import { CRITERIA_MAX, catalogue } from '../criterion/catalogue.js'
import { Criterion } from '../criterion/criterion.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import {
  addLibraryControl,
  restoreLibraryControl,
  retireLibraryControl,
  reviseLibraryControl,
} from './library.actions.js'
import {
  AddLibraryControlInput,
  LibraryControlsArgs,
  RestoreLibraryControlInput,
  RetireLibraryControlInput,
  ReviseLibraryControlInput,
} from './library.inputs.js'
import { LibraryControl } from './library-control.js'
import { LibraryControlVersion } from './library-control-version.js'
import { LibraryProcedure } from './library-procedure.js'
import { saysNow, versionInRequest } from './versions.js'

const LibraryControlConnection = connectionOf(LibraryControl, 'LibraryControl')
const LibraryControlVersionConnection = connectionOf(LibraryControlVersion, 'LibraryControlVersion')
const payload = (name: string, about: string) => payloadOf(name, { libraryControl: [() => LibraryControl, about] })
const AddLibraryControlPayload = payload('AddLibraryControlPayload', 'The control as it was added.')
const ReviseLibraryControlPayload = payload('ReviseLibraryControlPayload', 'The control with its next version.')
const RetireLibraryControlPayload = payload('RetireLibraryControlPayload', 'The control, retired with its reason.')
const RestoreLibraryControlPayload = payload('RestoreLibraryControlPayload', 'The control as it is offered again.')
const columns = { REF: 'ref', CREATED: 'id' } as const

@Resolver(() => LibraryControl)
export class LibraryControlResolver {
  @Query(() => LibraryControl, {
    nullable: true,
    description: 'The control of the firm’s library with this id; null when there is none for you.',
  })
  async libraryControl(
    @Arg('id', () => ID, { description: 'The id of the library control that is read.' }) id: string,
    @Ctx() context: Context,
  ): Promise<LibraryControl | null> {
    return isUuid(id) ? (await context.tx()).one(LibraryControl, { id }) : null
  }

  @FieldResolver(() => LibraryControlVersion, { description: 'What it says now: the version in force.' })
  current(@Root() { id }: LibraryControl, @Ctx() { loaders }: Context): Promise<LibraryControlVersion> {
    return versionInRequest(loaders, id)
  }

  @FieldResolver(() => LibraryControlVersionConnection, { description: 'All its versions, oldest first.' })
  versions(
    @Root() { id }: LibraryControl,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<LibraryControlVersion>> {
    const order = { by: 'number', direction: 'asc' } as const
    return pageWithin(context, LibraryControlVersion, ['libraryControlId', id], {}, args, order)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who retired it; null while engagements may take it.' })
  retiredBy(@Root() { retiredBy }: LibraryControl, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, retiredBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who restored it; null where it was not restored.' })
  restoredBy(@Root() { restoredBy }: LibraryControl, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, restoredBy)
  }

  @Mutation(() => AddLibraryControlPayload, {
    description: 'Adds a control to the firm’s library, with the tests that go with it.',
  })
  addLibraryControl(
    @Arg('input', () => AddLibraryControlInput) input: AddLibraryControlInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, addLibraryControl)
  }

  @Mutation(() => ReviseLibraryControlPayload, {
    description:
      'Makes the next version of a control of the firm’s library. Engagements that took an earlier one keep it, and are told that there is a later one.',
  })
  reviseLibraryControl(
    @Arg('input', () => ReviseLibraryControlInput) input: ReviseLibraryControlInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, reviseLibraryControl)
  }

  @Mutation(() => RetireLibraryControlPayload, {
    description: 'Retires a control of the firm’s library: no engagement takes it any more. What was taken stays.',
  })
  retireLibraryControl(
    @Arg('input', () => RetireLibraryControlInput) input: RetireLibraryControlInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, retireLibraryControl)
  }

  @Mutation(() => RestoreLibraryControlPayload, {
    description: 'Restores a control of the firm’s library that was retired: engagements may take it again.',
  })
  restoreLibraryControl(
    @Arg('input', () => RestoreLibraryControlInput) input: RestoreLibraryControlInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, restoreLibraryControl)
  }
}

@Resolver(() => LibraryControlVersion)
export class LibraryControlVersionResolver {
  @FieldResolver(() => LibraryControl, { description: 'The control of the library whose version it is.' })
  libraryControl(@Root() version: LibraryControlVersion, @Ctx() { loaders }: Context): Promise<LibraryControl | null> {
    return loaders.byId(LibraryControl, version.libraryControlId)
  }

  @FieldResolver(
    () => [Criterion],
    atMost(CRITERIA_MAX, 'The criteria that such a control helps to meet, in the order of the catalogue.'),
  )
  async criteria(@Root() { criteriaCodes }: LibraryControlVersion, @Ctx() context: Context): Promise<Criterion[]> {
    return (await catalogue(await context.tx())).filter(({ code }) => criteriaCodes.includes(code))
  }

  @FieldResolver(
    () => [LibraryProcedure],
    atMost(LIBRARY_PROCEDURES_MAX, 'The tests that go with it in this version, by suffix.'),
  )
  procedures(@Root() { id }: LibraryControlVersion, @Ctx() { loaders }: Context): Promise<LibraryProcedure[]> {
    return loaders.children(LibraryProcedure, 'libraryControlVersionId', id, { suffix: 'asc' })
  }

  @FieldResolver(() => Member, { description: 'Who made this version.' })
  revisedBy(@Root() version: LibraryControlVersion, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, version.createdBy)
  }
}

/** The library as a part of the firm. */
@Resolver(() => Firm)
export class FirmLibraryResolver {
  @FieldResolver(() => LibraryControlConnection, {
    description: 'The firm’s library: controls with their tests, from which engagements start.',
  })
  async libraryControls(
    @Root() _firm: Firm,
    @Args(() => LibraryControlsArgs) { filter, orderBy, ...args }: LibraryControlsArgs,
    @Ctx() context: Context,
  ): Promise<Page<LibraryControl>> {
    checkArgument(filter)
    const tx = await context.tx()
    const where = {
      retiredAt: filter?.includeRetired ? undefined : null,
      id: saysNow(tx, filter?.area ?? null, filter?.criterionCode ?? null),
    }
    return page(tx, LibraryControl, where, args, orderOf(orderBy, columns))
  }
}
