import { describe, expect, it } from 'vitest'
import { composeReport } from '../../src/rules/report.js'
import { checkDraftStands, draftStandingAt, sharedPart, sharingBlockers } from '../../src/rules/shared-draft.js'
import { exceptionStates, words } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'
import { largeFacts } from '../support/report-facts.js'

const decided = { isStale: false }
const codes = (facts: Parameters<typeof sharingBlockers>[0]) => sharingBlockers(facts).map(({ code }) => code)

describe('what is shared of a draft', () => {
  it('is all of it but management’s responses', () => {
    const draft = composeReport(largeFacts())
    const { responses, ...others } = sharedPart(draft)
    expect(draft.responses).not.toBeNull()
    expect(responses).toBeNull()
    expect({ ...others, responses: draft.responses }).toEqual(draft)
  })
})

describe('a draft can be shared', () => {
  it('once an opinion is decided on what there is now', () => {
    expect(codes({ opinion: null, exceptions: [], workOfOthers: [] })).toEqual(['OPINION_UNDECIDED'])
    expect(codes({ opinion: { isStale: true }, exceptions: [], workOfOthers: [] })).toEqual(['OPINION_STALE'])
    expect(codes({ opinion: decided, exceptions: [], workOfOthers: [] })).toEqual([])
  })

  it('where every exception that Section IV reports was communicated', () => {
    const exceptions = words(exceptionStates).map((state, at) => ({ id: state, number: at + 1, state }))
    expect(sharingBlockers({ opinion: decided, exceptions, workOfOthers: [] })).toMatchObject([
      { code: 'EXCEPTION_NOT_COMMUNICATED', node: 'CONFIRMED' },
    ])
  })

  it('where the work of others that it tells of is approved', () => {
    const work = { id: 'o1', name: 'Internal audit', approvedAt: null }
    expect(codes({ opinion: decided, exceptions: [], workOfOthers: [work] })).toEqual(['WORK_OF_OTHERS_UNAPPROVED'])
  })
})

describe('a draft that was withdrawn', () => {
  it('is not withdrawn again', () => {
    expect(() => checkDraftStands({ withdrawnAt: null })).not.toThrow()
    expect(refusalOf(() => checkDraftStands({ withdrawnAt: new Date() })).code).toBe('ALREADY_EXISTS')
  })

  it('stood from when it was shared until then', () => {
    const at = (hour: number) => new Date(`2026-02-10T${String(hour).padStart(2, '0')}:00:00Z`)
    const [first, second] = [
      { createdAt: at(10), withdrawnAt: at(12) },
      { createdAt: at(12), withdrawnAt: null },
    ]
    const standing = (hour: number) => draftStandingAt([first, second], at(hour))
    expect([standing(8), standing(10), standing(11), standing(12), standing(20)].map((one) => one ?? null)).toEqual([
      null,
      first,
      first,
      second,
      second,
    ])
  })
})
