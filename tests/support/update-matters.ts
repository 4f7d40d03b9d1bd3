import type { Person } from './world.js'

const matters = 'kind message aboutIds labels digest isAnswered answer { id version answer answeredBy { id } }'

/** What an update procedure must look at, as a person reads it, with the version of the procedure. */
export async function mattersOf(person: Person, procedureId: string): Promise<{ version: number; matters: any[] }> {
  const asked = `query ($id: ID!) { node(id: $id) { version ... on Procedure { updateMatters { ${matters} } } } }`
  const { version, updateMatters } = (await person.gql(asked, { id: procedureId })).node
  return { version, matters: updateMatters }
}

/** Answers to all that is not answered of an update procedure, as an input takes them. */
export async function answersOpen(person: Person, procedureId: string): Promise<object[]> {
  const { matters } = await mattersOf(person, procedureId)
  return matters
    .filter(({ isAnswered }) => !isAnswered)
    .map(({ kind, digest }) => ({ kind, matterDigest: digest, answer: 'Asked and inspected: as before (invented).' }))
}

/** Answers all that is not answered of an update procedure. */
export async function answersAll(person: Person, procedureId: string): Promise<void> {
  const { version: expectedVersion } = await mattersOf(person, procedureId)
  const answers = await answersOpen(person, procedureId)
  await person.does('answerUpdateMatters', { procedureId, expectedVersion, answers })
}
