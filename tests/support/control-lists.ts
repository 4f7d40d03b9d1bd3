import { randomUUID } from 'node:crypto'
import type { Person } from './world.js'

/** The header of a list of controls, in the words of an invented firm. */
export const header =
  'Control #,Control title,Control activity,Owner,Frequency,Manual/Automated,Type,Area,Key,Risk,Criteria'

/** A row of it, of the invented control of this reference. */
export const listRow = (ref: string, changes: Partial<Record<keyof typeof row, string>> = {}): string =>
  Object.values({ ...row, ref, ...changes })
    .map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',')
const row = {
  ref: '',
  title: 'Access is reviewed',
  description: 'The head of IT reads who has access and signs the list.',
  owner: 'Head of IT',
  frequency: 'Quarterly',
  nature: 'Manual',
  type: 'Detective',
  area: 'Logical access',
  isKey: 'Yes',
  risk: 'High',
  criteria: 'CC6.1; CC6.2',
}

/** A list of controls with this header. */
export const controlListOf = (rows: readonly string[], names = header): string => `${names}\n${rows.join('\n')}\n`

const done = `createdCount updatedCount unchangedCount engagement { id } controls { id version ref title description owner ownerMember { id }
  frequency nature type area isKey risk operatedFrom operatedTo replaces { ref } ipe ipeReliability criteria { code } }`

/** Has a person bring a list of controls; answers the id of the evidence. */
export const bringsControls = async (by: Person, engagementId: string, content: string | Buffer): Promise<string> =>
  (await by.brings(engagementId, { name: `controls-${randomUUID().slice(0, 8)}.csv`, content })).id

/** Has a person import a list that was brought; answers the payload. */
export const importsBrought = (by: Person, input: Record<string, unknown>): Promise<any> =>
  by.tryTo('importControls', input, done)

/** Has a person bring a list of controls, and import it; answers the payload of the import. */
export const importsControls = async (
  by: Person,
  engagementId: string,
  content: string | Buffer,
  said: Record<string, unknown> = {},
): Promise<any> =>
  importsBrought(by, { engagementId, evidenceId: await bringsControls(by, engagementId, content), ...said })

const understood = `encoding separator headerRow keyColumn dateOrder rowCount isWhole problemCount outsidePeriodCount
  columns { name says role roleReason firstValues } firstRows { row cells } controls { row ref outcome changes }
  problems { row column code message found }`

/** Has a person look at what an import of controls would make of a list that was brought. */
export const previews = (by: Person, said: Record<string, unknown>): Promise<any> =>
  by.gql(`query ($input: PreviewImportInput!) { previewImport(input: $input) { ${understood} } }`, {
    input: { kind: 'CONTROLS', ...said },
  })

/** The controls of an engagement as a file. */
export async function exportsControls(by: Person, engagementId: string, format = 'CSV'): Promise<any> {
  const asked = `query ($id: ID!, $format: ListFormat!) { engagement(id: $id) { controlList(format: $format) {
    fileName mediaType byteCount sha256 content } } }`
  const { controlList } = (await by.gql(asked, { id: engagementId, format })).engagement
  return { ...controlList, bytes: Buffer.from(controlList.content, 'base64') }
}
