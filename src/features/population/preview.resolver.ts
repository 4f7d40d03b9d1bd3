import { Arg, Ctx, Query, Resolver } from 'type-graphql'
import { allows, type PolicyRow } from '../../kernel/access/permission.js'
import type { Context } from '../../kernel/execute/context.js'
import { costs } from '../../kernel/execute/point-costs.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { isUuid, type Tx } from '../../kernel/store/work.js'
import { dayIn } from '../../rules/calendar.js'
import { checkAvailable } from '../../rules/evidence.js'
import { Refusal } from '../../rules/refusal.js'
import { timeAtClient } from '../calendar/calendar-used.js'
import { Engagement } from '../engagement/engagement.js'
import { Evidence } from '../evidence/evidence.js'
import { fileOf, readingEvidence } from '../evidence/stored-files.js'
import { checkHoldsRows, openSheet } from '../import/open-sheet.js'
import { ImportPreview } from '../import/preview.js'
import { choiceOf } from './import.actions.js'
import type { IntakeTime } from './intake-time.js'
import { Population } from './population.js'
import { PreviewImportInput } from './preview.inputs.js'
import { previewItems } from './preview-items.js'
import { coveredTimeOf } from './succession.js'

/** As a sample that is verified: reading a million rows twice is not one query. */
const previewCost = 30_000

/** For so long a file is read at most, in milliseconds: an operation that reads is broken off not much later. */
const readingTime = 20_000

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
    const tx = await context.tx()
    const evidence = isUuid(input.evidenceId) ? await tx.one(Evidence, { id: input.evidenceId }) : null
    if (!evidence || !mayImport(tx, evidence)) return null
    checkAvailable(evidence)
    checkHoldsRows(evidence)
    const said = choiceOf(input.reading)
    const options = {
      ...said,
      ...(await timeOf(tx, evidence, input.populationId ?? null)),
      keyColumn: input.keyColumn ?? null,
      dateColumn: input.dateColumn ?? null,
      leavesOutside: input.outsidePeriod === 'LEAVE_OUT',
      endsAt: performance.now() + readingTime,
    }
    const { storage } = context.services.files
    const preview = await readingEvidence(evidence, async () => {
      const file = await fileOf(tx, evidence)
      return withinTime((signal) =>
        previewItems(() => openSheet(storage, file, evidence.mediaType, said, signal), options),
      )
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
const mayImport = (tx: Tx, { engagementId }: Evidence): boolean =>
  allows(tx.database.policy['Mutation.importPopulation'] as PolicyRow, tx.actor, engagementId)

/** The time that the items are to be of: of the population that they are for, else of the engagement. */
async function timeOf(tx: Tx, { engagementId }: Evidence, populationId: string | null): Promise<IntakeTime> {
  const loaders = Loaders.over(tx)
  const engagement = (await loaders.byId(Engagement, engagementId)) as Engagement
  const time = await timeAtClient(loaders, engagement)
  const { periodStart, periodEnd } = time
  if (populationId === null) {
    return { period: periodStart && periodEnd ? { start: periodStart, end: periodEnd } : null }
  }
  const population = isUuid(populationId) ? await tx.one(Population, { id: populationId }) : null
  if (population?.engagementId !== engagementId) {
    throw new Refusal('INVALID_INPUT', 'There is no such population of the engagement.', ['populationId'])
  }
  const { coversFrom, coversTo } = coveredTimeOf(population, time)
  return { period: { start: coversFrom, end: coversTo }, extractedOn: dayIn(time.timeZone, population.extractedAt) }
}
