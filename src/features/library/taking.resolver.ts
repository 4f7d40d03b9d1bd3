import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { LIBRARY_PROCEDURES_MAX, TAKEN_MAX } from '../../rules/library.js'
import { Control } from '../control/control.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { Procedure } from '../procedure/procedure.js'
import { LibraryControlVersion } from './library-control-version.js'
import { LibraryProcedure } from './library-procedure.js'
import { addControlsFromLibrary } from './taking.actions.js'
import { AddControlsFromLibraryInput } from './taking.inputs.js'
import { versionInRequest } from './versions.js'

@ObjectType({ description: 'A control that an engagement took from the firm’s library, and what of it was left out.' })
export class ControlTaken {
  @Field(() => Control, { description: 'The control as it was added to the engagement.' })
  control: Control

  @Field(
    () => [String],
    atMost(
      CRITERIA_MAX,
      'The codes of criteria of the library that are out of scope or not applicable in this engagement.',
    ),
  )
  criteriaLeftOut: string[]

  @Field(
    () => [String],
    atMost(
      LIBRARY_PROCEDURES_MAX,
      'The suffixes of tests that are planned for design and implementation alone: a Type 1 has no test of operation.',
    ),
  )
  testsWithoutOperation: string[]

  @Field(
    () => [String],
    atMost(LIBRARY_PROCEDURES_MAX, 'The suffixes of tests that were left out: they test operation alone, in a Type 1.'),
  )
  testsLeftOut: string[]
}

const AddControlsFromLibraryPayload = payloadOf('AddControlsFromLibraryPayload', {
  added: [() => [ControlTaken], atMost(TAKEN_MAX, 'The controls that were added, in the order of the list.')],
})

/** What was taken from the library, as a part of the control. */
@Resolver(() => Control)
export class ControlFromLibraryResolver {
  @FieldResolver(() => LibraryControlVersion, {
    nullable: true,
    description:
      'The version of the firm’s library that it was taken from; what the engagement changed since, it changed for itself. Null where it was not taken from there.',
  })
  fromLibrary(@Root() control: Control, @Ctx() { loaders }: Context): Promise<LibraryControlVersion | null> {
    return loaders.byId(LibraryControlVersion, control.libraryControlVersionId)
  }

  @FieldResolver(() => LibraryControlVersion, {
    nullable: true,
    description:
      'The version that the library holds now, where it is a later one than was taken: the firm changed the control or its tests since. Null otherwise.',
  })
  async libraryUpdate(@Root() control: Control, @Ctx() { loaders }: Context): Promise<LibraryControlVersion | null> {
    const taken = await loaders.byId(LibraryControlVersion, control.libraryControlVersionId)
    const current = taken && (await versionInRequest(loaders, taken.libraryControlId))
    return taken && current && current.number > taken.number ? current : null
  }

  @Mutation(() => AddControlsFromLibraryPayload, {
    description:
      'Adds controls of the firm’s library to an engagement, with their tests: all or none. Criteria that do not apply, and tests of operation in a Type 1, are left out and told.',
  })
  addControlsFromLibrary(
    @Arg('input', () => AddControlsFromLibraryInput) input: AddControlsFromLibraryInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, addControlsFromLibrary)
  }
}

/** What was taken from the library, as a part of the procedure. */
@Resolver(() => Procedure)
export class ProcedureFromLibraryResolver {
  @FieldResolver(() => LibraryProcedure, {
    nullable: true,
    description: 'The test of the firm’s library that it was taken from; null where it was not taken from there.',
  })
  fromLibrary(@Root() procedure: Procedure, @Ctx() { loaders }: Context): Promise<LibraryProcedure | null> {
    return loaders.byId(LibraryProcedure, procedure.libraryProcedureId)
  }
}
