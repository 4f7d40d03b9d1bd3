import type { Tx } from '../../kernel/store/work.js'
import { controlState } from '../../rules/changes.js'
import { type ControlField, columnTitles, controlFields } from '../../rules/control-columns.js'
import { writtenWord } from '../../rules/control-words.js'
import { lastDay } from '../../rules/scope.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { criteriaByCode } from '../criterion/catalogue.js'
import type { Engagement } from '../engagement/engagement.js'
import type { ListToExport } from '../export/export-list.js'
import { Member } from '../firm/member.js'

/** How wide the columns are, in characters, where they are wider or narrower than most. */
const widths: Partial<Record<ControlField, number>> = {
  title: 32,
  description: 70,
  owner: 26,
  ownerEmail: 30,
  ipe: 40,
  ipeReliability: 40,
  criteriaCodes: 24,
}
const ordinaryWidth = 15

/** What the list tells beside what an import reads. */
const statusColumns = ['State', 'Design conclusion', 'Operation conclusion'] as const

/** The controls of an engagement as a list, by reference: retired ones are marked. An import reads the same columns again. */
export async function controlTable(tx: Tx, engagement: Engagement): Promise<ListToExport> {
  const engagementId = engagement.id
  const controls = await tx.find(Control, { engagementId }, { order: { ref: 'asc' }, byKey: true, whole: true })
  const refs = new Map(controls.map(({ id, ref }) => [id, ref]))
  const mappings = await tx.find(ControlCriterion, { engagementId }, { byKey: true })
  const inOrder = [...(await criteriaByCode(tx)).keys()]
  const codes = new Map<string, string[]>()
  for (const code of inOrder) {
    for (const { controlId, criterionCode } of mappings) {
      if (criterionCode === code) codes.set(controlId, [...(codes.get(controlId) ?? []), code])
    }
  }
  const owners = controls.flatMap(({ ownerMemberId }) => ownerMemberId ?? [])
  const people = owners.length > 0 ? await tx.find(Member, { id: [...new Set(owners)] }) : []
  const emails = new Map(people.map(({ id, email }) => [id, email]))
  return {
    name: `controls-${lastDay(engagement)}`,
    sheetName: 'Controls',
    columns: [
      ...controlFields.map((field) => ({ title: columnTitles[field], width: widths[field] ?? ordinaryWidth })),
      ...statusColumns.map((title) => ({ title, width: ordinaryWidth })),
    ],
    rows: controls.map((control) => {
      const { ownerMemberId, replacesId, isKey, designConclusion, operationConclusion } = control
      const cells: Record<ControlField, string | null | undefined> = {
        ...control,
        ownerEmail: ownerMemberId && emails.get(ownerMemberId),
        frequency: writtenWord(control.frequency),
        nature: writtenWord(control.nature),
        type: writtenWord(control.type),
        area: writtenWord(control.area),
        isKey: isKey ? 'Yes' : 'No',
        risk: writtenWord(control.risk),
        replaces: replacesId && refs.get(replacesId),
        criteriaCodes: codes.get(control.id)?.join(', '),
      }
      const status = [controlState(control), designConclusion, operationConclusion].map(
        (word) => word && writtenWord(word),
      )
      return [...controlFields.map((field) => cells[field]), ...status].map((cell) => cell ?? '')
    }),
  }
}
