import { Arg, Ctx, Query, Resolver } from 'type-graphql'
import { allows, type PolicyRow } from '../../kernel/access/permission.js'
import type { Context } from '../../kernel/execute/context.js'
import { costs } from '../../kernel/execute/point-costs.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { isUuid, type Tx } from '../../kernel/store/work.js'
import { checkAvailable } from '../../rules/evidence.js'
import { Refusal } from '../../rules/refusal.js'
import type * as words from '../../rules/vocabulary.js'
import { previewControls } from '../control-list/preview-controls.js'
import { checkListSize } from '../control-list/read-list.js'
import { Engagement } from '../engagement/engagement.js'
import { Evidence } from '../evidence/evidence.js'
import { fileOf, readingEvidence } from '../evidence/stored-files.js'
import { checkHoldsRows, openSheet } from '../import/open-sheet.js'
import { ImportPreview } from '../import/preview.js'
import { choiceOf } from '../import/reading.inputs.js'
import type { OpenSheet } from '../import/sheet-row.js'
import { previewItems } from '../population/preview-items.js'
import { timeOfItems } from '../population/preview-time.js'
import { PreviewImportInput } from './preview.inputs.js'

/** As a sample that is verified: reading a million rows twice is not one query. */
const previewCost = 30_000

/** For so long a file is read at most, in milliseconds: an operation that reads is broken off not much later. */
const readingTime = 20_000

/** What is looked at: a file of an engagement, and how it is opened. */
interface Looked {
  tx: Tx
  evidence: Evidence
  input: PreviewImportInput
  open: () => Promise<OpenSheet>
}

/** A kind of list: the act that imports it, which fields of the input are for it alone, and how it is looked at. */
interface ListKind {
  importedBy: string
  own: readonly (keyof PreviewImportInput)[]
  checkFile?: (evidence: Evidence) => void
  preview: (looked: Looked) => Promise<ImportPreview>
}

const kinds: Readonly<Record<words.ImportKind, ListKind>> = {
  POPULATION: {
    importedBy: 'Mutation.importPopulation',
    own: ['populationId', 'keyColumn', 'dateColumn', 'outsidePeriod'],
    preview: async ({ tx, evidence, input, open }) =>
      previewItems(open, {
        ...choiceOf(input.reading),
        ...(await timeOfItems(tx, evidence, input.populationId ?? null)),
        keyColumn: input.keyColumn ?? null,
        dateColumn: input.dateColumn ?? null,
        leavesOutside: input.outsidePeriod === 'LEAVE_OUT',
        endsAt: performance.now() + readingTime,
      }),
  },
  CONTROLS: {
    importedBy: 'Mutation.importControls',
    own: ['columns', 'defaults', 'existing'],
    checkFile: checkListSize,
    preview: async ({ tx, evidence, input, open }) => {
      const engagement = (await tx.one(Engagement, { id: evidence.engagementId })) as Engagement
      return previewControls(tx, engagement, await open(), {
        ...choiceOf(input.reading),
        columns: input.columns ?? {},
        defaults: input.defaults ?? {},
        existing: input.existing ?? 'REFUSE',
      })
    },
  },
}

@Resolver()
export class PreviewResolver {
  @Query(() => ImportPreview, {
    nullable: true,
    description:
      'What would be understood of a file, were it imported, and all that is wrong with it; null where the evidence is not there for you, or you may not import. Nothing is kept. Reads the whole file: one in a request.',
    complexity: previewCost,
  })
  async previewImport(
    @Arg('input', () => PreviewImportInput, { description: 'The file, and how it is to be read.' })
    input: PreviewImportInput,
    @Ctx() context: Context,
  ): Promise<ImportPreview | null> {
    checkArgument(input)
    const kind = kinds[input.kind]
    checkOwnFields(input)
    const tx = await context.tx()
    const evidence = isUuid(input.evidenceId) ? await tx.one(Evidence, { id: input.evidenceId }) : null
    if (!evidence || !mayImport(tx, kind, evidence)) return null
    checkAvailable(evidence)
    checkHoldsRows(evidence)
    kind.checkFile?.(evidence)
    const { storage } = context.services.files
    const preview = await readingEvidence(evidence, async () => {
      const file = await fileOf(tx, evidence)
      const { mediaType } = evidence
      return withinTime((signal) => {
        const open = () => openSheet(storage, file, mediaType, choiceOf(input.reading), signal)
        return kind.preview({ tx, evidence, input, open })
      })
    })
    context.request.cost.charge(preview.rowCount * costs.verified)
    return preview
  }
}

/**
 * Ends reading also where not even a row comes in its time: a workbook can have much that is none.
 * @throws Refusal INVALID_INPUT at `evidenceId`
 */
async function withinTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(readingTime + 5_000)
  try {
    return await work(signal)
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    throw new Refusal('INVALID_INPUT', 'The file takes too long to be looked at; export the list as CSV.', [
      'evidenceId',
    ])
  }
}

/** Whether the caller could import it: the policy has one row for both. */
const mayImport = (tx: Tx, { importedBy }: ListKind, { engagementId }: Evidence): boolean =>
  allows(tx.database.policy[importedBy] as PolicyRow, tx.actor, engagementId)

/** What is said for another kind of list than it is said to be is a mistake. Refuses with INVALID_INPUT at the field. */
function checkOwnFields(input: PreviewImportInput): void {
  for (const [name, { own }] of Object.entries(kinds)) {
    const said = own.find((field) => input[field] !== undefined && input[field] !== null)
    if (name === input.kind || said === undefined) continue
    throw new Refusal('INVALID_INPUT', `${said} is for a list of the kind ${name}.`, [said])
  }
}
