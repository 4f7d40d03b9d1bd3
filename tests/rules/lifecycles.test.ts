import { describe, expect, it } from 'vitest'
import {
  controlLifecycle,
  decisionLifecycle,
  engagementLifecycle,
  exceptionLifecycle,
  exclusionLifecycle,
  explanationLifecycle,
  type Lifecycle,
  legalHoldLifecycle,
  lifecycleStates,
  managementRefusalLifecycle,
  populationLifecycle,
  procedureLifecycle,
  reasonFor,
  responseLifecycle,
  reviewPointLifecycle,
} from '../../src/rules/lifecycles.js'
import {
  controlStates,
  decisionStates,
  engagementStates,
  evidenceStates,
  exceptionStates,
  exclusionStates,
  explanationStates,
  importStates,
  type LifecycleState,
  legalHoldStates,
  managementRefusalStates,
  membershipStates,
  placeStates,
  populationStates,
  procedureStates,
  registerEntryStates,
  responseStates,
  reviewNoteStates,
  reviewPointStates,
  words,
  workpaperStates,
} from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

/** Every pair of states that may follow each other, written out by hand. All other pairs must be refused. */
const cases: [string, Lifecycle<LifecycleState>, readonly LifecycleState[], string[]][] = [
  [
    'An engagement',
    engagementLifecycle as Lifecycle<LifecycleState>,
    words(engagementStates),
    [
      'PLANNING>FIELDWORK',
      'PLANNING>WITHDRAWN',
      'FIELDWORK>COMPLETION',
      'FIELDWORK>PLANNING',
      'FIELDWORK>WITHDRAWN',
      'COMPLETION>ISSUED',
      'COMPLETION>FIELDWORK',
      'COMPLETION>WITHDRAWN',
      'ISSUED>ARCHIVED',
    ],
  ],
  [
    'A procedure',
    procedureLifecycle as Lifecycle<LifecycleState>,
    words(procedureStates),
    [
      'PLANNED>IN_PROGRESS',
      'IN_PROGRESS>PREPARED',
      'PREPARED>REVIEWED',
      'PREPARED>IN_PROGRESS',
      'REVIEWED>IN_PROGRESS',
    ],
  ],
  ['A control', controlLifecycle as Lifecycle<LifecycleState>, words(controlStates), ['IN_USE>RETIRED']],
  [
    'An objection',
    reviewPointLifecycle as Lifecycle<LifecycleState>,
    words(reviewPointStates),
    ['OPEN>WITHDRAWN', 'OPEN>UPHELD', 'OPEN>OVERRULED'],
  ],
  [
    'A refusal of management',
    managementRefusalLifecycle as Lifecycle<LifecycleState>,
    words(managementRefusalStates),
    ['STANDS>RETRACTED'],
  ],
  ['A legal hold', legalHoldLifecycle as Lifecycle<LifecycleState>, words(legalHoldStates), ['IN_FORCE>RELEASED']],
  ['A population', populationLifecycle as Lifecycle<LifecycleState>, words(populationStates), ['DRAFT>FROZEN']],
  [
    'An exception',
    exceptionLifecycle as Lifecycle<LifecycleState>,
    words(exceptionStates),
    [
      'DRAFT>CONFIRMED',
      'DRAFT>WITHDRAWN',
      'CONFIRMED>COMMUNICATED',
      'CONFIRMED>CORRECTED',
      'CONFIRMED>WITHDRAWN',
      'COMMUNICATED>CONCLUDED',
      'COMMUNICATED>CORRECTED',
      'COMMUNICATED>WITHDRAWN',
      'CONCLUDED>COMMUNICATED',
      'CORRECTED>WITHDRAWN',
    ],
  ],
  [
    'A management response',
    responseLifecycle as Lifecycle<LifecycleState>,
    words(responseStates),
    [
      'DRAFT>IN_APPROVAL',
      'DRAFT>SUBMITTED',
      'IN_APPROVAL>SUBMITTED',
      'IN_APPROVAL>DRAFT',
      'SUBMITTED>RETURNED',
      'SUBMITTED>ACCEPTED',
      'RETURNED>DRAFT',
    ],
  ],
  [
    'An explanation',
    explanationLifecycle as Lifecycle<LifecycleState>,
    words(explanationStates),
    ['PROPOSED>APPROVED', 'PROPOSED>REJECTED', 'REJECTED>PROPOSED'],
  ],
  [
    'An exclusion',
    exclusionLifecycle as Lifecycle<LifecycleState>,
    words(exclusionStates),
    ['PROPOSED>APPROVED', 'PROPOSED>DECLINED', 'PROPOSED>WITHDRAWN', 'APPROVED>WITHDRAWN'],
  ],
  [
    'A decision',
    decisionLifecycle as Lifecycle<LifecycleState>,
    words(decisionStates),
    ['PROPOSED>APPROVED', 'APPROVED>PROPOSED'],
  ],
]

describe.each(cases)('%s', (_, life, states, expected) => {
  it('moves along its table and nowhere else', () => {
    const allowed = states.flatMap((from) => states.filter((to) => life.allows(from, to)).map((to) => `${from}>${to}`))
    expect(allowed.sort()).toEqual([...expected].sort())
  })

  it('refuses every other move, naming where it is, where it was to go and what can follow', () => {
    for (const from of states) {
      for (const to of states) {
        if (expected.includes(`${from}>${to}`)) {
          expect(life.move(from, to)).toBe(to)
        } else {
          const refusal = refusalOf(() => life.move(from, to))
          expect(refusal).toMatchObject({ code: 'INVALID_TRANSITION', detail: { from, to, allowed: life.table[from] } })
        }
      }
    }
  })
})

describe('The states that a refusal can name', () => {
  it('are those of every lifecycle', () => {
    const named = [
      ...cases.flatMap(([, , states]) => states),
      ...words(membershipStates),
      ...words(placeStates),
      ...words(evidenceStates),
      ...words(importStates),
      ...words(legalHoldStates),
      ...words(reviewPointStates),
      ...words(reviewNoteStates),
      ...words(workpaperStates),
      ...words(registerEntryStates),
    ]
    expect(Object.keys(lifecycleStates).sort()).toEqual([...new Set<string>(named)].sort())
    expect(lifecycleStates.PLANNING).toBe('A state of the engagement.')
  })
})

describe('A refused move', () => {
  it('is told in a sentence', () => {
    expect(refusalOf(() => procedureLifecycle.move('PLANNED', 'REVIEWED')).message).toBe(
      'The procedure is PLANNED and cannot become REVIEWED; only IN_PROGRESS can follow.',
    )
    expect(refusalOf(() => exceptionLifecycle.move('CONCLUDED', 'WITHDRAWN')).message).toBe(
      'The exception is CONCLUDED and cannot become WITHDRAWN; only COMMUNICATED can follow.',
    )
    expect(refusalOf(() => exceptionLifecycle.move('WITHDRAWN', 'DRAFT')).message).toBe(
      'The exception is WITHDRAWN and cannot become DRAFT; nothing follows that state.',
    )
    expect(refusalOf(() => populationLifecycle.move('FROZEN', 'FROZEN')).message).toBe(
      'The population is FROZEN already; nothing follows that state.',
    )
  })
})

describe('A reason', () => {
  it('is more than blanks', () => {
    expect(reasonFor('Sending back', '  The steps are not described. ')).toBe('The steps are not described.')
    for (const none of ['', ' \n', null, undefined]) {
      const refusal = refusalOf(() => reasonFor('Sending back', none))
      expect(refusal).toMatchObject({
        code: 'INVALID_INPUT',
        at: ['reason'],
        message: 'Sending back needs a reason.',
      })
    }
  })
})
