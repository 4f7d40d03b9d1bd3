import type { Paper } from '../files/pdf.js'
import type { Period } from './days.js'
import { client, firm, signer } from './people.js'

const texts: Readonly<Record<string, { title: string; paragraphs: readonly string[] }>> = {
  ENGAGEMENT_LETTER: {
    title: 'Engagement letter',
    paragraphs: [
      `${client.name} engages ${firm.name} to examine the description of its system and the suitability of the design and the operating effectiveness of its controls relevant to security, in accordance with attestation standards established by the AICPA.`,
      'Management is responsible for the description, for its assertion, for stating its service commitments and system requirements, and for designing, implementing and operating the controls. It will give access to all that bears on these, and written representations at the end.',
      `For management signs ${signer.name}.`,
    ],
  },
  REPRESENTATION_LETTER: {
    title: 'Representation letter',
    paragraphs: [
      'We confirm our assertion and our responsibility for the description, for its criteria and for the controls.',
      'We have told you of every incident, deficiency, deviation, suspected fraud and noncompliance that we know of and that bears on the description or on the achievement of our service commitments and system requirements, and of every event since the end of the period.',
      'There is no misstatement of the description that you have named to us and that we have not corrected.',
    ],
  },
  SUBSEQUENT_EVENTS_INQUIRY: {
    title: 'Inquiry about subsequent events',
    paragraphs: [
      'Asked: whether anything has happened since the end of the period, up to this day, that would change the description, the controls or what is concluded on them.',
      'Answered: nothing has. What management plans on what was found stands in Section V.',
    ],
  },
}

/** A document of the engagement file, signed by management. */
export function letterOf(kind: string, datedOn: string, { start, end }: Period): Paper {
  const text = texts[kind]
  if (!text) throw new Error(`There is no text for ${kind}.`)
  const about = `${client.system}, ${start} to ${end}`
  const { title, paragraphs } = text
  const name = kind.toLowerCase().replaceAll('_', '-')
  return {
    name,
    from: client.name,
    title,
    datedOn,
    paragraphs: [about, ...paragraphs],
    signedBy: [`${signer.name}, ${signer.title}`],
  }
}
