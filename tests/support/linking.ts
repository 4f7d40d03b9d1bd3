import { matter, type Tested, tested } from './exceptions.js'
import type { Person, TestClient, TestFirm, World } from './world.js'

/** An engagement in fieldwork with one object of each kind that evidence is linked to, made through the API. */
export interface Linkable extends Tested {
  /** By kind: one that takes evidence now, and the field that lists it. */
  nodes: Record<'Procedure' | 'Result' | 'Population' | 'Exception', string>
  /** A response in DRAFT, to an exception that was communicated. */
  responseId: string
  communicatedId: string
  /** The person brings a file; answers the evidence. */
  brought(by: Person, content?: string): Promise<{ id: string; fileName: string; sha256: string }>
  version(id: string): Promise<number>
  /** Does an act to something that exists, at the version it has now. */
  change(by: Person, mutation: string, idName: string, id: string, input?: object): Promise<any>
}

/** The field that lists the evidence of each kind. */
export const evidenceField = {
  Procedure: 'evidence',
  Result: 'evidence',
  Population: 'supportingEvidence',
  Exception: 'evidence',
  ManagementResponse: 'evidence',
} as const

export async function linkable(w: World, firm: TestFirm, ofClient?: TestClient): Promise<Linkable> {
  const work = await tested(w, firm, {}, ofClient)
  const { engagementId, controlId, client } = work
  const version = async (id: string): Promise<number> => {
    const table = 'procedure result population exception management_response'.split(' ')
    const sql = table.map((name) => `select version from ${name} where id = $1`).join(' union all ')
    return (await w.owner.query(sql, [id])).rows[0].version
  }
  const change: Linkable['change'] = async (by, mutation, idName, id, input = {}) =>
    by.does(mutation, { [idName]: id, expectedVersion: await version(id), ...input })
  const raise = async () =>
    (
      await firm.senior.does(
        'raiseException',
        { ...matter, engagementId, controlId, kind: 'SCOPE_LIMITATION' },
        'exception { id }',
      )
    ).exception.id
  const [Exception, communicatedId, population] = [await raise(), await raise(), await work.draft()]
  await change(firm.manager, 'confirmException', 'exceptionId', communicatedId)
  const responseDueOn = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10)
  await change(firm.partner, 'communicateException', 'exceptionId', communicatedId, { responseDueOn })
  const { response } = await client.respondent.does(
    'draftResponse',
    { exceptionId: communicatedId, ...answer },
    'response { id }',
  )
  const Result = work.results['C-1 A']?.id as string
  let files = 0
  return {
    ...work,
    nodes: { Procedure: work.procedureId, Result, Population: population.id, Exception },
    responseId: response.id,
    communicatedId,
    version,
    change,
    brought: (by, content) => {
      files += 1
      const file = { name: `record ${files}.csv`, content: content ?? `id,seen\nC-${files},2025-03-01\n` }
      return by.brings(engagementId, file)
    },
  }
}

/** A response that can be submitted. */
const answer = {
  position: 'AGREE',
  acknowledgement: 'Management agrees with the exception.',
  rootCauseCategory: 'TOOLING',
  rootCause: 'The records of review were kept in a system that was replaced in the period.',
  remediation: [
    { action: 'Export the records each month.', owner: 'Head of engineering', dueOn: '2027-06-30', done: false },
  ],
  responsible: 'Head of engineering',
  targetOn: '2027-06-30',
  preventionOfRecurrence: 'The export is part of the monthly closing list.',
}
