import { lettersOf } from './control-words.js'
import type { ControlColumn } from './vocabulary.js'

/** What the columns of a list of controls say, in the order of our own lists. */
export const controlFields = [
  ...(['ref', 'title', 'description', 'owner', 'ownerEmail', 'frequency', 'nature', 'type', 'area', 'isKey'] as const),
  ...(['risk', 'operatedFrom', 'operatedTo', 'replaces', 'ipe', 'ipeReliability', 'criteriaCodes'] as const),
] as const
export type ControlField = (typeof controlFields)[number]

/** What a new control cannot do without, beside its reference. */
export const neededFields = [
  ...(['title', 'description', 'owner', 'frequency', 'nature', 'type', 'area', 'isKey', 'risk'] as const),
] as const

/** The word of the schema for what a column says. */
export const columnWord = (field: ControlField): ControlColumn =>
  field.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase() as ControlColumn

/** The header of each column in our own lists. */
export const columnTitles: Readonly<Record<ControlField, string>> = {
  ref: 'Ref',
  title: 'Title',
  description: 'Description',
  owner: 'Owner',
  ownerEmail: 'Owner e-mail',
  frequency: 'Frequency',
  nature: 'Nature',
  type: 'Type',
  area: 'Area',
  isKey: 'Key',
  risk: 'Risk',
  operatedFrom: 'Operated from',
  operatedTo: 'Operated to',
  replaces: 'Replaces',
  ipe: 'IPE',
  ipeReliability: 'IPE reliability',
  criteriaCodes: 'Criteria',
}

/** Names of columns in the lists of firms and clients, by letters and figures alone, from the likeliest on. */
const columnNames: Readonly<Record<ControlField, readonly string[]>> = {
  ref: [
    ...['control ref', 'control reference', 'control id', 'control number', 'control no', 'control nr', 'control code'],
    ...['reference', 'id', 'number', 'no', 'control'],
  ],
  title: ['control title', 'control name', 'name', 'short description', 'control short description', 'summary'],
  description: [
    ...['control description', 'description of control', 'description of the control', 'control activity'],
    ...['control activity description', 'control activities', 'control statement', 'control wording', 'activity'],
    'control',
  ],
  owner: [
    'control owner',
    'owner title',
    'owner of the control',
    'responsible',
    'responsible party',
    'responsible person',
  ],
  ownerEmail: ['owner email', 'control owner email', 'control owner e mail', 'e mail', 'email', 'email address'],
  frequency: ['control frequency', 'frequency of control', 'frequency of operation', 'how often'],
  nature: ['control nature', 'nature of control', 'manual automated', 'automated manual', 'manual or automated'],
  type: [
    'control type',
    'type of control',
    'preventive detective',
    'preventive or detective',
    'preventative detective',
  ],
  area: ['control area', 'domain', 'control domain', 'control category', 'category', 'control family'],
  isKey: ['key control', 'is key', 'key non key', 'key or non key', 'key yes no', 'key y n'],
  risk: ['risk rating', 'risk level', 'control risk', 'risk of the control', 'risk of failure'],
  operatedFrom: ['in operation since', 'in operation from', 'operating since', 'effective from', 'start date', 'from'],
  operatedTo: [
    'in operation until',
    'operated until',
    'operating until',
    'effective to',
    'effective until',
    'end date',
    'to',
  ],
  replaces: ['replaces control', 'supersedes', 'predecessor', 'replacement for'],
  ipe: [
    'information used',
    'information produced by the entity',
    'information used by the control',
    'iuc',
    'reports used',
  ],
  ipeReliability: [
    ...['reliability of ipe', 'ipe completeness and accuracy', 'completeness and accuracy', 'completeness accuracy'],
    ...['completeness and accuracy of ipe', 'c a'],
  ],
  criteriaCodes: [
    ...['trust services criteria', 'trust service criteria', 'tsc', 'tsc criteria', 'tsc reference', 'tsc ref'],
    ...['tsc mapping', 'tsc code', 'criteria mapping', 'criteria met', 'criteria reference', 'soc 2 criteria'],
    ...['mapped criteria', 'common criteria', 'criterion'],
  ],
}

/** Signs that stand for a number in the names of columns: `Control #`. */
const spelledOut = (name: string): string => lettersOf(name.replaceAll('#', ' number ').replaceAll('№', ' number '))

/**
 * Guesses which column of a list says what, by the names that its header gives them: the likeliest name that stands over one column, and
 * over no other. A column says one thing; that of two names which could be the same, none is taken.
 * @param names of the columns, in their order
 * @returns the place of the column of each field, counted from 0; a field is absent where no name tells
 */
export function guessedColumns(names: readonly string[]): Partial<Record<ControlField, number>> {
  const spelled = names.map(spelledOut)
  const found: Partial<Record<ControlField, number>> = {}
  const taken = new Set<number>()
  const longest = Math.max(...controlFields.map((field) => columnNames[field].length)) + 1
  // Likelier names of all fields before less likely ones of any: `Control` is the text of a control where another column has its number.
  for (let rank = 0; rank < longest; rank++) {
    for (const field of controlFields) {
      const name = [spelledOut(columnTitles[field]), ...columnNames[field]][rank]
      const places = spelled.flatMap((one, at) => (one === name && !taken.has(at) ? at : []))
      const [place] = places
      if (found[field] !== undefined || places.length !== 1 || place === undefined) continue
      found[field] = place
      taken.add(place)
    }
  }
  return found
}
