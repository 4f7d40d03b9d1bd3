import { criteriaOfDescription } from '../documents.js'
import type { ComplementaryFacts, ReportFacts } from './facts.js'
import type { Description } from './model.js'
import { descriptionHeadings, type Phrases, paragraphsOf } from './phrases.js'

/** Section III: the description of the system, in management's words, under each description criterion. */
export function description(facts: ReportFacts, phrases: Phrases): Description {
  return {
    title: `Description of ${phrases.system}`,
    sections: criteriaOfDescription(facts.engagement.kind).map((criterion) => ({
      criterion,
      heading: descriptionHeadings[criterion],
      paragraphs: facts.description
        .filter((section) => section.criterion === criterion)
        .flatMap(({ text }) => paragraphsOf(text)),
    })),
    commitments: facts.commitments.map((one) => ({ ...one, criteria: [...one.criteria] })),
    userEntityControls: facts.userEntityControls.map(complementary),
    subserviceOrganizations: facts.subserviceOrganizations.map(({ name, service, method, complementaryControls }) => ({
      name,
      service,
      method,
      complementaryControls: complementaryControls.map(complementary),
    })),
    notApplicable: facts.criteria.flatMap(({ code, title, notApplicable: reason }) =>
      reason === null ? [] : [{ code, title, reason }],
    ),
  }
}

const complementary = ({ ref, text, criteria, controlRefs }: ComplementaryFacts) => ({
  ref,
  text,
  criteria: [...criteria],
  controlRefs: [...controlRefs],
})
