import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { composed, cssString, escapeHtml, foreign, html } from '../../src/features/report/html.js'
import { type ReportProof, renderReport } from '../../src/features/report/render.js'
import { canonicalJson } from '../../src/rules/canonical.js'
import type { ReportModel } from '../../src/rules/report/model.js'
import { composeReport } from '../../src/rules/report.js'
import { closed } from '../../src/rules/text.js'
import { exception, frameworkFacts, largeFacts, response, smallFacts } from '../support/report-facts.js'

const digest = (model: ReportModel) => createHash('sha256').update(canonicalJson(model)).digest('hex')
const proofOf = (model: ReportModel): ReportProof => ({
  sha256: digest(model),
  trailPosition: 412,
  checkpoint: null,
  trailHash: 'c0'.repeat(32),
})

const draft = renderReport(composeReport(smallFacts()), null)
const largeModel = composeReport(largeFacts())
const issued = renderReport(largeModel, proofOf(largeModel))

const count = (text: string, part: string | RegExp) => text.split(part).length - 1
const section = (document: string, number: number) => {
  const start = document.indexOf(`id="section-${number}"`)
  const end = document.indexOf('</section>', start)
  expect(start).toBeGreaterThan(0)
  return document.slice(start, end)
}

/** Every tag of the document in order; fails on one that is not closed where it should be. */
function tags(document: string): string[] {
  const open: string[] = []
  const all: string[] = []
  const empty = new Set(['meta', '!doctype'])
  const body = document.replace(/<style>[\s\S]*<\/style>/, '')
  for (const [, slash, name, rest] of body.matchAll(
    /<(\/?)([a-z!][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*"|\s+html)*)\s*>/g,
  )) {
    if (slash) expect([open.pop(), name]).toEqual([name, name])
    else {
      all.push(`${name}${rest}`)
      if (!empty.has(name as string)) open.push(name as string)
    }
  }
  expect(open).toEqual([])
  expect(count(body, '<')).toBe(count(body, /<\/?[a-z!][a-z0-9]*(?:(?:\s+[a-z-]+="[^"<>]*"|\s+html)*)\s*>/))
  return all
}

describe('the report as HTML', () => {
  it('is one document of well-formed tags, with nothing that runs and nothing from elsewhere', () => {
    for (const document of [draft, issued]) {
      const names = new Set(tags(document).map((tag) => tag.split(/\s/)[0]))
      for (const name of ['script', 'link', 'img', 'iframe', 'object', 'form', 'base', 'svg']) {
        expect(names).not.toContain(name)
      }
      expect(document).not.toMatch(/\s(?:on[a-z]+|style|src)="/)
      expect(document).not.toMatch(/url\(|@import|https?:/)
      for (const [, target] of document.matchAll(/href="([^"]*)"/g)) {
        expect(document).toContain(`id="${target?.slice(1)}"`)
      }
    }
  })

  it('allows exactly its own style, by digest', () => {
    for (const document of [draft, issued]) {
      const style = /<style>([\s\S]*?)<\/style>/.exec(document)?.[1] as string
      const own = createHash('sha256').update(style).digest('base64')
      const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
        .exec(document)?.[1]
        ?.replaceAll('&#39;', "'")
      expect(policy).toBe(`default-src 'none'; style-src 'sha256-${own}'; base-uri 'none'; form-action 'none'`)
    }
  })

  it('can be read without seeing it: language, landmarks, headings in order, tables with captions and scopes', () => {
    for (const document of [draft, issued]) {
      const all = tags(document)
      expect(all).toContain('html lang="en"')
      for (const landmark of ['header', 'nav', 'main', 'footer']) {
        expect(all.filter((tag) => tag.split(/\s/)[0] === landmark)).toHaveLength(1)
      }
      let level = 0
      for (const tag of all.filter((own) => /^h[1-6]/.test(own))) {
        const own = Number(tag[1])
        expect(own).toBeLessThanOrEqual(level + 1)
        level = own
      }
      expect(all.filter((tag) => tag.startsWith('h1'))).toHaveLength(1)
      const tables = all.filter((tag) => tag.startsWith('table')).length
      expect(tables).toBeGreaterThan(2)
      expect(all.filter((tag) => tag === 'caption')).toHaveLength(tables)
      expect(all.filter((tag) => tag === 'thead')).toHaveLength(tables)
      for (const cell of all.filter((tag) => /^th\b/.test(tag))) expect(cell).toMatch(/scope="(col|row)"/)
      const ids = all.flatMap((tag) => / id="([^"]*)"/.exec(tag)?.[1] ?? [])
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  it('has the five sections, and four where there is nothing to respond to', () => {
    for (const number of [1, 2, 3, 4, 5]) expect(section(draft, number)).toContain(`id="heading-${number}"`)
    const quiet = renderReport(composeReport(smallFacts({ exceptions: [], responses: [] })), null)
    expect(quiet).not.toContain('id="section-5"')
    expect(quiet).not.toContain('#section-5')
  })

  it('shows everything the model says', () => {
    const texts: string[] = []
    const collect = (value: unknown, key = '') => {
      if (typeof value === 'string') {
        // Values of vocabularies and days are shown by their names.
        if (!/^[A-Z_0-9]+$/.test(value) && !/^\d{4}-\d\d-\d\d$/.test(value) && key !== 'ref') texts.push(value)
      } else if (Array.isArray(value)) for (const each of value) collect(each)
      else if (value && typeof value === 'object') for (const [name, each] of Object.entries(value)) collect(each, name)
    }
    collect(largeModel)
    const missing = texts.filter((text) => !issued.includes(escapeHtml(text)))
    expect(texts.length).toBeGreaterThan(500)
    expect(missing).toEqual([])
  })
})

describe('Section IV and Section V as HTML', () => {
  it('report each exception in IV and respond to it exactly once in V', () => {
    for (const { number, ref, title, controlRef } of largeModel.tests.exceptions) {
      const shown = count(section(issued, 4), `Exception ${ref}: ${foreign(title).source}`)
      const places = largeModel.tests.criteria.filter(({ controlRefs }) =>
        controlRefs.includes(controlRef ?? ''),
      ).length
      expect(shown).toBe(controlRef === null ? 1 : places)
      expect(shown).toBeGreaterThan(0)
      expect(count(section(issued, 5), `id="response-${number}"`)).toBe(1)
      expect(count(issued, `id="response-${number}"`)).toBe(1)
    }
  })

  it('give the figures of an exception beside its wording', () => {
    expect(section(draft, 4)).toContain('Items tested: 25. Deviations: 5. From March 4, 2019 to November 20, 2019.')
    expect(section(draft, 4)).toContain('access was removed between 2 and 14 days')
  })

  it('mark Section V, and nothing else, as not covered: on the screen and on its printed pages', () => {
    expect(section(issued, 5)).toContain('Not covered by the service auditor’s opinion.')
    expect(tags(issued).filter((tag) => tag.includes('uncovered'))).toEqual([
      'section class="part uncovered" id="section-5" aria-labelledby="heading-5"',
    ])
    expect(issued).toMatch(/\.uncovered \{ page: uncovered \}/)
    expect(issued).toMatch(/@page uncovered \{[^}]*not covered by the opinion/)
  })

  it('show every element of a response, or why there is none; what it contradicts is told in Section I', () => {
    const shown = section(draft, 5)
    const own = response({})
    for (const text of [
      own.acknowledgement,
      own.rootCause,
      own.responsible,
      own.preventionOfRecurrence,
      'April 30, 2020',
    ]) {
      expect(shown).toContain(text)
    }
    expect(shown).toMatch(
      /every night\.<\/bdi><\/p><\/td><td><bdi>Head of IT<\/bdi><\/td><td>February 28, 2020<\/td><td>Yes<\/td>/,
    )
    expect(shown).toMatch(
      /each month\.<\/bdi><\/p><\/td><td><bdi>Security lead<\/bdi><\/td><td>April 30, 2020<\/td><td>No<\/td>/,
    )
    const large = section(issued, 5)
    expect(large).toContain('Management declined to respond. Its reason: <bdi>Management holds')
    expect(large).toContain('Management gave no response. <bdi>The due date passed')
    expect(large).not.toContain('Section IV reports on the changes tested only')
    expect(section(issued, 1)).toContain('Section IV reports on the changes tested only')
  })

  it('show criteria that do not apply with the reason, in Sections III and IV', () => {
    for (const number of [3, 4]) expect(section(issued, number)).toContain('collects no personal information')
  })
})

describe('a draft', () => {
  it('is marked on the screen, on every printed page, in its title and at its end', () => {
    expect(draft).toContain('<p class="draft" role="status">Draft. This report is not issued')
    expect(draft).toContain('<div class="watermark" aria-hidden="true">DRAFT</div>')
    expect(draft).toMatch(/\.watermark \{ display: block; position: fixed/)
    expect(draft).toMatch(/@top-right \{ content: "DRAFT \\b7 {2}not issued"/)
    expect(draft).toContain('<title>Draft: ')
    expect(draft).toContain('Not signed, not dated')
    expect(draft).not.toContain('SHA-256 of the report')
  })

  it('is what every report is that lacks its number or its proof', () => {
    const numbered = composeReport(smallFacts({ issue: { number: 'R-9', date: '2020-02-21' } }))
    expect(renderReport(numbered, null)).toContain('class="watermark"')
    const unnumbered = composeReport(smallFacts())
    expect(renderReport(unnumbered, proofOf(unnumbered))).toContain('class="watermark"')
  })
})

describe('an issued report', () => {
  it('bears number, date, digest and the head of the log, and no mark of a draft', () => {
    const footer = issued.slice(issued.indexOf('<footer'))
    for (const text of ['HR-2020-0007', 'February 21, 2020', digest(largeModel), '412', 'c0'.repeat(32)]) {
      expect(footer).toContain(text)
    }
    expect(issued).not.toMatch(/class="(?:draft|watermark)"|DRAFT/)
    expect(issued.slice(0, issued.indexOf('<nav'))).toContain('HR-2020-0007')
  })
})

/** A report in which every text that people of the firm or of the client write is this one. */
const reportSaying = (hostile: string) =>
  composeReport(
    smallFacts({
      firm: { name: hostile, city: hostile },
      client: { name: hostile },
      engagement: { ...smallFacts().engagement, systemName: hostile },
      issue: { number: hostile, date: '2020-02-21' },
      controls: smallFacts().controls.map((control) => ({
        ...control,
        title: hostile,
        description: hostile,
        performedBy: hostile,
      })),
      procedures: smallFacts().procedures.map((own) => ({
        ...own,
        description: hostile,
        personsAsked: hostile,
        outcomeNote: hostile,
      })),
      exceptions: [exception({ title: hostile, sectionFourText: hostile })],
      responses: [
        response({
          acknowledgement: hostile,
          rootCause: hostile,
          responsible: hostile,
          preventionOfRecurrence: hostile,
          inconsistency: hostile,
          remediation: [{ action: hostile, owner: hostile, dueOn: null, done: false }],
        }),
      ],
      description: [{ criterion: 'DC1', text: hostile }],
      commitments: [{ ref: hostile, kind: 'SERVICE_COMMITMENT', text: hostile, criteria: [hostile] }],
      userEntityControls: [{ ref: hostile, text: hostile, criteria: [hostile], controlRefs: [hostile] }],
      subserviceOrganizations: [
        {
          name: hostile,
          service: hostile,
          method: 'CARVE_OUT',
          complementaryControls: [{ ref: hostile, text: hostile, criteria: [hostile], controlRefs: [hostile] }],
          assertion: null,
        },
        {
          name: hostile,
          service: hostile,
          method: 'INCLUSIVE',
          complementaryControls: [],
          assertion: { text: hostile, givenBy: hostile, datedOn: '2020-02-14' },
        },
      ],
    }),
  )

describe('hostile text', () => {
  const hostile = `</style></title><script>alert(1)</script><img src=x onerror="alert('2')">&amp;"'\u0000\u001b\\`
  const model = reportSaying(hostile)
  const document = renderReport(model, proofOf(model))

  it('stays text, wherever it stands', () => {
    const names = new Set(tags(document).map((tag) => tag.split(/\s/)[0]))
    expect([names.has('script'), names.has('img')]).toEqual([false, false])
    expect(count(document, '</style>')).toBe(1)
    expect(count(document, '</title>')).toBe(1)
    expect(count(document, '&lt;script&gt;alert(1)&lt;/script&gt;')).toBeGreaterThan(25)
    for (const unseen of ['\u0000', '\u001b']) expect(document).not.toContain(unseen)
  })

  it.each([
    ['Hebrew', 'שלום (עולם)'],
    ['Arabic', 'مرحبا (عالم)'],
    ['an override that is left open', 'evil \u202e txt.exe'],
    ['an isolate that is left open', 'evil \u2067 txt.exe'],
    ['the end of an isolate that was never begun', 'evil \u2069\u202e txt.exe'],
  ])('of %s stands for itself in an element of its own, wherever it stands', (_, text) => {
    const own = reportSaying(text)
    const shown = renderReport(own, proofOf(own))
    const seen = /[^\s\u2066-\u2069]+/.exec(text)?.[0] as string
    const [head = '', body = ''] = shown.split('</head>')
    // A title and a style sheet hold no elements: there it stands between the characters of an isolate.
    expect(count(/<title>(.*?)<\/title>/.exec(head)?.[1] as string, `\u2068${text.slice(0, 4)}`)).toBe(2)
    let depth = 0
    const outside: string[] = []
    for (const [part] of body.matchAll(/<[^>]*>|[^<]+/g)) {
      if (part === '<bdi>') depth++
      else if (part === '</bdi>') depth--
      else if (depth === 0 && part.includes(seen)) outside.push(part)
    }
    // The number of a report and the codes of criteria are the service's own; here they are made to be foreign.
    expect(outside.filter((part) => part !== escapeHtml(text) && !/Report number/.test(part))).toEqual([])
    expect(count(body, '<bdi>')).toBeGreaterThan(40)
    for (const [, inner] of body.matchAll(/<bdi>([^<]*)<\/bdi>/g)) expect(closed(inner as string)).toBe(inner)
  })

  it('is closed in a sentence of the service, where it is a name; Latin names are left as they are', () => {
    const of = (name: string) => composeReport(smallFacts({ client: { name } })).auditorsReport.addressee
    expect(of('Kestrel Cloud')).toBe('To the management of Kestrel Cloud')
    expect(of('שלום')).toBe('To the management of \u2068שלום\u2069')
    expect(composed(of('שלום <b>')).source).toBe('To the management of <bdi>שלום &lt;b&gt;</bdi>')
    expect(foreign('a\u202e\nb').source).toBe('<bdi>a\u202e\u202c\nb</bdi>')
  })

  it('is cut between two characters on the margin of a page', () => {
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'
    const margins = new Set(
      Array.from({ length: 20 }, (_, at) => {
        const own = reportSaying('x'.repeat(at) + family.repeat(30))
        return /@top-left \{ content: "([^"]*)"/.exec(renderReport(own, null))?.[1] as string
      }),
    )
    expect(margins.size).toBeGreaterThan(1)
    const asCss = (text: string) => cssString(text).slice(1, -1)
    for (const margin of margins) expect(margin.replaceAll(asCss(family), '')).toMatch(/^x*\\2026 $/)
  })

  it('cannot leave the string it is put into in the style sheet', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(document)?.[1] as string
    expect(style).not.toContain('<')
    expect(style).not.toContain('alert(')
    expect(cssString('a"b\\c\n}')).toBe('"a\\22 b\\5c c\\a \\7d "')
  })

  it('is escaped once, and what is HTML already is left', () => {
    const inner = html`<b>${'<&>"\''}</b>`
    expect(html`<p>${inner}${['x', '<']}${null}${3}</p>`.source).toBe('<p><b>&lt;&amp;&gt;&quot;&#39;</b>x&lt;3</p>')
  })
})

describe('paper', () => {
  it('has a running head and foot with page numbers, repeats the heads of tables and lets long words wrap', () => {
    expect(issued).toMatch(/@bottom-right \{ content: "Page " counter\(page\) " of " counter\(pages\)/)
    expect(issued).toMatch(/thead \{ display: table-header-group \}/)
    expect(issued).toMatch(/body \{[^}]*overflow-wrap: anywhere/)
    expect(issued).not.toMatch(/@page[^{]*\{[^}]*size:/)
  })

  it('takes no longer to make for a large report than a moment', () => {
    const start = performance.now()
    renderReport(composeReport(largeFacts()), null)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})

describe('further frameworks', () => {
  const hostile = '<script>alert(1)</script>'
  const printed = { use: 'MAPPING_ONLY', printsMapping: true, opinion: null, name: `Harbour ${hostile}` } as const
  const frameworks = [frameworkFacts({ publisher: hostile }), frameworkFacts(printed)]
  const document = renderReport(composeReport(smallFacts({ frameworks })), null)

  it('are tables of Section IV where the opinion covers them, and of Section V where it does not', () => {
    expect(tags(document).length).toBeGreaterThan(100)
    expect(document).not.toContain('<script>')
    expect(section(document, 4)).toContain(
      'Additional criteria: <bdi>Lighthouse rules (invented)</bdi>, <bdi>2024</bdi>',
    )
    expect(section(document, 4)).toContain('<td><p>Not met.</p><p class="meta">No control serves it.</p>')
    expect(section(document, 4)).not.toContain('Harbour')
    expect(section(document, 5)).toContain('Mapping of controls to <bdi>Harbour &lt;script&gt;')
    expect(section(document, 5)).not.toContain('Lighthouse')
    expect(count(section(document, 5), 'LK-2')).toBe(0)
  })

  it('are named in no report without them', () => {
    expect(draft).not.toContain('dditional criteria')
  })
})
