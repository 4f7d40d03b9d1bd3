import { access } from './access.js'
import { governance } from './governance.js'
import { operations } from './operations.js'

/** With the control whose population is given (CM-01), these cover the common criteria. */
export const controls = [...governance, ...access, ...operations]

/** The control whose population is tested by sample. */
export const changeControl = {
  ref: 'CM-01',
  title: 'Changes are reviewed by another person before they are merged',
  description:
    'Every change to the code of the system is reviewed by another person than its author before it is merged to the main line. A change of documentation alone is no change to the code.',
  /** What it is where the list of changes was given, and nothing is known of documentation. */
  describedPlainly: 'Every change to the main line is reviewed by someone other than its author before it is merged.',
  owner: 'Head of Engineering',
  frequency: 'PER_EVENT',
  nature: 'IT_DEPENDENT_MANUAL',
  type: 'PREVENTIVE',
  area: 'CHANGE',
  isKey: true,
  criteriaCodes: ['CC8.1'],
  walkthrough: {
    traced: 'One change, from the ticket and the pull request to the release in which it went out.',
    seen: 'The repository refuses a merge that no person other than its author has approved, also to its maintainers. An administrator can suspend this, which its log records.',
  },
} as const
