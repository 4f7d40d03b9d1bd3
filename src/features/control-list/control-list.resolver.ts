import { Arg, Ctx, Extensions, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import type * as words from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { ListFormat } from '../enums.js'
import { exportedList } from '../export/export-list.js'
import { ExportedFile } from '../export/exported-file.js'
import { ImportControlsInput } from './control-list.inputs.js'
import { controlTable } from './control-table.js'
import { importControls } from './import.actions.js'

const ImportControlsPayload = payloadOf('ImportControlsPayload', {
  engagement: [() => Engagement, 'The engagement whose controls they are.'],
  createdCount: [() => Int, 'How many controls were added.'],
  updatedCount: [() => Int, 'How many became another than they were.'],
  unchangedCount: [() => Int, 'How many of the list stayed as they were.'],
  controls: [
    () => [Control],
    atMost(Control.bounds.engagementId, 'Those that were added or changed, in the order of the list.'),
  ],
})

/** Writing 500 controls as a workbook, which takes more than as text. */
const listCost = 20_000

/** Adding or changing one control of a list, in points: charged when it was done. */
const costOfEach = 100

@Resolver(() => Engagement)
export class ControlListResolver {
  @Mutation(() => ImportControlsPayload, {
    description:
      'Adds the controls of a list that was brought as evidence, with their mapping to criteria, and changes those that the engagement has where that is chosen: all of the list, or nothing and every fault by row and column. `previewImport` tells first what would become of it.',
  })
  async importControls(@Arg('input', () => ImportControlsInput) input: ImportControlsInput, @Ctx() context: Context) {
    const payload = await context.runMutation(input, (tx, given) => importControls(tx, given, context.services.files))
    context.request.cost.charge((payload.controls?.length ?? 0) * costOfEach)
    return payload
  }

  @Extensions({ rendered: true })
  @FieldResolver(() => ExportedFile, {
    description:
      'Its controls as a list in a file, by reference: what `importControls` reads, criteria in one cell, and beside it the state and the conclusions. No cell is a formula. Once in an operation, and not for each engagement of a list.',
    complexity: listCost,
  })
  async controlList(
    @Root() engagement: Engagement,
    @Arg('format', () => ListFormat, { description: 'In which form the file is written.' }) format: words.ListFormat,
    @Ctx() context: Context,
  ): Promise<ExportedFile> {
    return exportedList(await controlTable(await context.tx(), engagement), format)
  }
}
