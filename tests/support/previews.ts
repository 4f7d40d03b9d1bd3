import type { Answer, Person } from './world.js'

/** The decisions that a preview changes. */
export interface Changes {
  exceptions?: object[]
  aggregates?: object[]
  criteria?: object[]
}

const selection = `overall complete engagement { id } bases { subjectMatter text }
  conclusions { subjectMatter category opinion undecided { nodes { id } } unweighed { criteriaCodes subjectMatter }
    reasons { nodes { because leadsTo exceptions { nodes { id } } } } }
  changed { subjectMatter category opinionNow opinion }
  criteria { criterion { code } isConcluded designNow operationNow design operation }
  assertion { claims { subjectMatter claim } contradictions { subjectMatter claim opinion } }
  letter { isRefused misstatements { nodes { exception { id } material pervasive } } }`

/** Asks what would follow; answers the whole body. */
export const askPreview = (by: Person, engagementId: string, changes: Changes): Promise<Answer> =>
  by.ask(`query ($input: OpinionPreviewInput!) { opinionPreview(input: $input) { ${selection} } }`, {
    input: { engagementId, ...changes },
  })

/** Asks what would follow, which must be answered. */
export async function preview(by: Person, engagementId: string, changes: Changes): Promise<any> {
  const { data, errors } = await askPreview(by, engagementId, changes)
  if (errors) throw new Error(JSON.stringify(errors))
  return data.opinionPreview
}

/** The previews that were asked of an engagement, the newest first. */
export const previewsAsked = async (by: Person, engagementId: string): Promise<any[]> => {
  const asked = `query ($id: ID!) { engagement(id: $id) { opinionPreviews(first: 100) { totalCount nodes { id askedAt askedBy { id }
    engagement { id } exceptions { exception { id } material pervasive stood { material pervasive } }
    aggregates { criteriaCodes subjectMatter material pervasive stood { material pervasive } }
    criteria { criterion { code } design operation hasOtherGround stood { design operation } } } } } }`
  return (await by.gql(asked, { id: engagementId })).engagement.opinionPreviews.nodes
}
