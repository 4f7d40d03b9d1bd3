import type { BroughtFile, Person, Provenance, Selected } from './api.js'
import { type Paper, pdfOf } from './files/pdf.js'
import type { OwnerRole, Part } from './invented/people.js'
import { owners } from './invented/people.js'
import type { ChangeList } from './population.js'

/** All who take part, signed in. */
export type Cast = Readonly<Record<Part, Person>>

/** Says what was done, as one sentence. */
export type Tell = (sentence: string) => void

/** What an engagement of the demo is about. */
export interface Plan {
  clientId: string
  list: ChangeList
  /** How the control that the list is about is described. */
  control: string
}

/** An engagement under way, and what later steps need to know of it. */
export interface Walk extends Plan {
  cast: Cast
  tell: Tell
  engagementId: string
  /** Control ref -> id. */
  controlIds: Map<string, string>
}

/** The version an object has now. */
export async function versionOf(person: Person, id: string): Promise<number> {
  return (await person.ask('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
}

/** Does an act to something that exists, at the version it has now. */
export async function change(
  person: Person,
  mutation: string,
  idName: string,
  id: string,
  input: Record<string, unknown> = {},
  selection = '',
): Promise<Selected> {
  return person.does(mutation, { [idName]: id, expectedVersion: await versionOf(person, id), ...input }, selection)
}

/** The id of a control. */
export function controlIdOf({ controlIds }: Walk, ref: string): string {
  const id = controlIds.get(ref)
  if (!id) throw new Error(`There is no control ${ref}.`)
  return id
}

/** Brings a file as evidence and links it to what it supports; answers the id of the evidence. */
export async function bringFor(
  walk: Walk,
  person: Person,
  nodeId: string,
  file: BroughtFile,
  said: Provenance,
): Promise<string> {
  const evidenceId = await person.brings(walk.engagementId, file, said)
  await person.does('linkEvidence', { evidenceId, nodeId })
  return evidenceId
}

/** The same of a paper of the client, as a PDF that covers the whole period. */
export async function bringPaper(walk: Walk, person: Person, nodeId: string, paper: Paper): Promise<string> {
  const { start: coversFrom, end: coversTo } = walk.list.period
  const said = { origin: 'TAKEN_BY_AUDITOR', source: paper.from, coversFrom, coversTo }
  return bringFor(walk, person, nodeId, await pdfOf(paper), said)
}

/** A client’s person as working papers name them. */
export const named = (role: OwnerRole): string => `${owners[role]}, ${role}`

/** The number and the noun that goes with it. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** A day, `2019-12-31`, so many after today. */
export const daysFromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** The text as it goes on within a sentence. */
export const withinSentence = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** `1, 2 and 3` */
export const listed = (names: readonly string[]): string =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '')
