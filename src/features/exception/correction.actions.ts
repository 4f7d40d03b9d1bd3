import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkCorrection } from '../../rules/exception-acts.js'
import { reasonFor } from '../../rules/lifecycles.js'
import { descriptionSectionNamed } from '../engagement/named-section.js'
import type { RecordCorrectionInput } from './exception.inputs.js'
import { Exception } from './exception.js'

/**
 * Records who saw that management corrected a misstatement of its description, in which section, at which version, or on which
 * papers. From then on it is not printed, asks for no answer and counts for no opinion; the record stays. Where the section was
 * written anew since, it is recorded again.
 * @throws Refusal INVALID_INPUT at `descriptionSectionId` or `restsOnIds` as `checkCorrection`, NOT_FOUND at `descriptionSectionId`
 *   for a section that is none of the engagement; as `checkPapers`
 */
export async function recordCorrection(tx: WriteTx, input: RecordCorrectionInput): Promise<{ exception: Exception }> {
  const exception = await tx.load(Exception, input.exceptionId, input.expectedVersion)
  await tx.permit(exception)
  const { engagementId } = exception
  const section = await descriptionSectionNamed(tx, engagementId, input.descriptionSectionId ?? null)
  const correctionRestsOnIds = await checkPapers(tx, engagementId, input.restsOnIds, [exception.id])
  checkCorrection(exception, section, correctionRestsOnIds.length)
  await tx.update(exception, {
    state: 'CORRECTED',
    correctedBy: tx.actor.memberId,
    correctedAt: tx.now,
    correctionNote: reasonFor('Recording a correction', input.note, ['note']),
    correctedSectionId: section?.id ?? null,
    correctedSectionVersion: section?.version ?? null,
    correctionRestsOnIds,
  })
  return { exception }
}
