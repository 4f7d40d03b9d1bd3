import { criteriaOfDescription } from '../documents.js'
import type { ReportFacts } from './facts.js'
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
    userEntityControls: facts.userEntityControls.map(({ text, criteria }) => ({ text, criteria: [...criteria] })),
    subserviceOrganizations: facts.subserviceOrganizations.map(({ name, service, method, complementaryControls }) => ({
      name,
      service,
      method,
      complementaryControls: complementaryControls.map(({ text, criteria }) => ({ text, criteria: [...criteria] })),
    })),
    notApplicable: facts.criteria.flatMap(({ code, title, notApplicable: reason }) =>
      reason === null ? [] : [{ code, title, reason }],
    ),
  }
}
