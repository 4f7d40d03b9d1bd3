import { describe, expect, it } from 'vitest'
import {
  methodBlockers,
  misstatesSubservice,
  namesOrganization,
  type OrganizationStanding,
  type SubserviceStanding,
  subserviceBlockers,
} from '../../src/rules/subservice.js'

const carvedOut: OrganizationStanding = {
  id: 'o1',
  name: 'Harbour Hosting',
  method: 'CARVE_OUT',
  vendorReason: null,
  csocs: 1,
  performs: 0,
  isMisstated: false,
  isReviewed: true,
  documents: [],
  isIndependent: false,
}
const included: OrganizationStanding = {
  ...carvedOut,
  id: 'o2',
  name: 'Papermill Print',
  method: 'INCLUSIVE',
  csocs: 0,
  performs: 1,
  isReviewed: false,
  documents: ['SUBSERVICE_ASSERTION', 'SUBSERVICE_REPRESENTATION_LETTER'],
  isIndependent: true,
}
const vendor: OrganizationStanding = { ...carvedOut, vendorReason: 'It sees no data.', csocs: 0, isReviewed: false }
const facts = (changes: Partial<SubserviceStanding>): SubserviceStanding => ({
  organizations: [],
  isDescribed: true,
  isStatedNone: false,
  isMisstated: false,
  ...changes,
})
const codesOf = (found: readonly { code: string; node: string | null }[]) => found.map(({ code, node }) => [code, node])

describe('A carved-out organization', () => {
  const bare = { ...carvedOut, csocs: 0, isReviewed: false }

  it.each<[string, Partial<SubserviceStanding>, unknown[]]>([
    ['needs a control expected of it', { organizations: [bare] }, [['CSOC_MISSING', 'o1']]],
    ['has one', { organizations: [carvedOut] }, []],
    ['is a vendor', { organizations: [vendor] }, []],
    ['is included', { organizations: [{ ...included, csocs: 0 }] }, []],
    [
      'is called misstated by name',
      {
        organizations: [
          { ...bare, isMisstated: true },
          { ...bare, id: 'o3' },
        ],
        isMisstated: true,
      },
      [['CSOC_MISSING', 'o3']],
    ],
  ])('%s', (_what, changes, expected) => {
    expect(codesOf(methodBlockers(facts(changes)))).toEqual(expected)
  })

  it('has a report that is reviewed before the opinion is issued; a vendor and an included one have none', () => {
    expect(codesOf(subserviceBlockers(facts({ organizations: [bare, vendor, included] })))).toEqual([
      ['SUBSERVICE_REPORT_UNREVIEWED', 'o1'],
    ])
  })
})

describe('An answer to DC7', () => {
  it.each<[string, Partial<SubserviceStanding>, boolean]>([
    ['needs an organization', {}, true],
    ['is written of one', { organizations: [carvedOut] }, false],
    ['is written of a vendor, which is none', { organizations: [vendor] }, true],
    ['is written of a vendor and of another', { organizations: [vendor, carvedOut] }, false],
    ['is stated to be of none', { isStatedNone: true }, false],
    ['is misstated', { isMisstated: true }, false],
    ['is not written', { isDescribed: false }, false],
  ])('%s', (_what, changes, missing) => {
    const codes = subserviceBlockers(facts(changes)).map(({ code }) => code)
    expect(codes).toEqual(missing ? ['SUBSERVICE_UNRECORDED'] : [])
  })

  it('is misstated by a misstatement of the description on DC7 that stands', () => {
    const misstatement = {
      kind: 'DESCRIPTION_MISSTATEMENT',
      state: 'DRAFT',
      criteriaCodes: ['DC5', 'DC7'],
    } as const
    expect(misstatesSubservice(misstatement)).toBe(true)
    expect(misstatesSubservice({ ...misstatement, state: 'WITHDRAWN' })).toBe(false)
    expect(misstatesSubservice({ ...misstatement, criteriaCodes: ['DC5'] })).toBe(false)
    expect(misstatesSubservice({ ...misstatement, kind: 'DESIGN_DEFICIENCY' })).toBe(false)
  })

  it.each<[string, string[], boolean]>([
    ['Harbour Hosting', ['Controls of harbour hosting are not presented.'], true],
    ['Harbour Hosting', ['', 'Controls of HARBOUR\r\n\tHOSTING', ''], true],
    ['Harbour Hosting', ['HarbourHosting’s controls'], true],
    ['HarbourHosting', ['of Harbour Hosting'], true],
    ['Harbour Hosting', ['of Harbour, which offers hosting'], false],
    ['AWS', ['It names no controls of AWS.'], true],
    ['AWS', ['The laws it names are flaws.'], false],
    ['AWS', ['by\nAWS\n–'], true],
    ['Übersee (invented)', ['of ÜBERSEE (Invented): none'], true],
    ['A+B [x]', ['of a+b [x].'], true],
    ['A+B [x]', ['of AAB x'], false],
    ['Harbour Hosting', [], false],
  ])('%s is named by %o: %s', (name, texts, named) => {
    expect(namesOrganization(texts, name)).toBe(named)
  })
})

describe('An included organization', () => {
  it('asserts and represents by itself, and the firm is independent of it', () => {
    expect(subserviceBlockers(facts({ organizations: [included] }))).toEqual([])
    const bare = { ...included, documents: ['SUBSERVICE_ASSERTION'], isIndependent: false } as const
    expect(subserviceBlockers(facts({ organizations: [bare] }))).toMatchObject([
      {
        code: 'SUBSERVICE_DOCUMENT_MISSING',
        node: 'o2',
        message: 'Record the representation letter of Papermill Print.',
      },
      { code: 'SUBSERVICE_INDEPENDENCE_UNCONFIRMED', node: 'o2' },
    ])
    const none = subserviceBlockers(facts({ organizations: [{ ...included, documents: [] }] }))
    expect(codesOf(none)).toEqual([
      ['SUBSERVICE_DOCUMENT_MISSING', 'o2'],
      ['SUBSERVICE_DOCUMENT_MISSING', 'o2'],
    ])
  })

  it('performs a control that is in use: the report says that its controls were examined', () => {
    expect(methodBlockers(facts({ organizations: [included] }))).toEqual([])
    const idle = { ...included, performs: 0 }
    expect(codesOf(methodBlockers(facts({ organizations: [idle] })))).toEqual([['SUBSERVICE_CONTROLS_MISSING', 'o2']])
    expect(methodBlockers(facts({ organizations: [{ ...idle, vendorReason: 'None is needed.' }] }))).toEqual([])
  })
})
