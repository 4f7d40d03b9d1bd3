import type { Person } from '../../seeds/api.js'
import { ordinary } from './files.js'
import { type Received, sends } from './sending.js'

/** The address to which a person sends a file to a service that runs. */
export async function uploadUrl(person: Person, engagementId: string, fileName: string): Promise<string> {
  const { upload } = await person.does('createUpload', { engagementId, fileName, ...ordinary }, 'upload { url }')
  return upload.url
}

/** Sends a file, which must be taken. Answers what the service says of it. */
export async function bringsOverHttp(
  person: Person,
  engagementId: string,
  file: { name: string; content: Buffer },
): Promise<{ id: string; sha256: string }> {
  const got = await sends('PUT', await uploadUrl(person, engagementId, file.name), file.content)
  if (got.status !== 201) throw new Error(`${got.status} ${got.body}`)
  return JSON.parse(got.body.toString()).evidence
}

/** The file of a piece of evidence, as a person gets it. */
export async function getsOverHttp(person: Person, id: string): Promise<Received> {
  const { evidence } = await person.ask('query ($id: ID!) { evidence(id: $id) { downloadUrl } }', { id })
  return sends('GET', evidence.downloadUrl)
}

/** The ids of the evidence of an engagement. */
export async function evidenceOf(person: Person, engagementId: string): Promise<string[]> {
  const query = 'query ($id: ID!) { engagement(id: $id) { evidence(first: 100) { nodes { id } } } }'
  const { engagement } = await person.ask(query, { id: engagementId })
  return engagement.evidence.nodes.map(({ id }: { id: string }) => id)
}
