import { Arg, Ctx, Extensions, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import type * as words from '../../rules/vocabulary.js'
import { ListFormat } from '../enums.js'
import { exportedList } from '../export/export-list.js'
import { ExportedFile } from '../export/exported-file.js'
import { Procedure } from '../procedure/procedure.js'
import { Sample } from '../sample/sample.js'
import { sheetTable } from './sheet-table.js'
import { importTestSheet } from './test-sheet.actions.js'
import { ImportTestSheetInput } from './test-sheet.inputs.js'

const ImportTestSheetPayload = payloadOf('ImportTestSheetPayload', {
  procedure: [() => Procedure, 'The procedure whose sheet it is.'],
  sample: [() => Sample, 'The sample with its items and what they come to now.'],
  savedCount: [() => Int, 'How many results were recorded or corrected.'],
  keptCount: [() => Int, 'How many results that other people recorded since the export were kept.'],
  unchangedCount: [() => Int, 'How many cells of the file say what is recorded.'],
})

/** Writing a thousand items as a workbook. */
const sheetCost = 20_000

/** Recording one result of a sheet, in points: charged when it was done. */
const costOfEach = 5

@Resolver(() => Procedure)
export class TestSheetResolver {
  @Extensions({ rendered: true })
  @FieldResolver(() => ExportedFile, {
    nullable: true,
    description:
      'Its test sheet as a file to be filled in elsewhere: one row an item, and for each attribute the result, to be chosen, the note, and the names of the evidence. Give it back to `importTestSheet`. Null where no sample was drawn. Who exports it has seen what it says: record that with its `contentDigest` (`recordOpened`).',
    complexity: sheetCost,
  })
  async testSheet(
    @Root() procedure: Procedure,
    @Arg('format', () => ListFormat, { description: 'In which form the file is written.' }) format: words.ListFormat,
    @Ctx() context: Context,
  ): Promise<ExportedFile | null> {
    const tx = await context.tx()
    const sample = await tx.one(Sample, { procedureId: procedure.id })
    return sample && exportedList(await sheetTable(tx, procedure, sample), format)
  }

  @Mutation(() => ImportTestSheetPayload, {
    description:
      'Records what a test sheet says that was exported, filled in and brought as evidence. What other people recorded since the export is kept; a cell that both changed is told with who recorded what (`CELL_CHANGED`), until `conflicts` says what stands. All of the sheet, or nothing and every fault by row and column.',
  })
  async importTestSheet(
    @Arg('input', () => ImportTestSheetInput) input: ImportTestSheetInput,
    @Ctx() context: Context,
  ) {
    const payload = await context.runMutation(input, (tx, given) => importTestSheet(tx, given, context.services.files))
    context.request.cost.charge(((payload as { savedCount?: number | null }).savedCount ?? 0) * costOfEach)
    return payload
  }
}
