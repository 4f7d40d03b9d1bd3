import { longDate } from '../../rules/report/phrases.js'
import type { ReportModel } from '../../rules/report.js'
import { cut, isolated } from '../../rules/text.js'
import { cssString } from './html.js'

/** The style sheet of one report. Only what stands on the margin of printed pages differs between reports. */
export function styleSheet(model: ReportModel, isDraft: boolean): string {
  const { client, system, kind } = model.cover
  const number = model.issue ? `Report ${model.issue.number} · ${longDate(model.issue.date)}` : kind
  const status = isDraft ? 'DRAFT · not issued' : 'Restricted use'
  return `${pages({ owner: `${isolated(client)} · ${isolated(system)}`, number, status, isDraft })}${screen}${text}${tables}${print}`
}

function pages(margin: { owner: string; number: string; status: string; isDraft: boolean }): string {
  const box = 'font: 8pt/1.3 "Helvetica Neue", Arial, sans-serif; color: #44505c; vertical-align: middle'
  return `
@page {
  margin: 24mm 19mm 22mm;
  @top-left { content: ${cssString(shortened(margin.owner))}; ${box}; width: 70% }
  @top-right { content: ${cssString(margin.status)}; ${box}; font-weight: bold${margin.isDraft ? '; color: #8c1d18' : ''} }
  @bottom-left { content: ${cssString(margin.number)}; ${box}; width: 70% }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); ${box} }
}
@page uncovered {
  @top-right { content: ${cssString(`${margin.status} · Section V: not covered by the opinion`)}; ${box}; color: #8c1d18; font-weight: bold; width: 60% }
  @top-left { content: ${cssString(shortened(margin.owner, 40))}; ${box}; width: 40% }
}
@page cover { @top-left { content: "" } @bottom-left { content: "" } @bottom-right { content: "" } }`
}

const shortened = (line: string, chars = 90): string => (line.length > chars ? `${cut(line, chars - 1)}…` : line)

const screen = `
:root { --ink: #1c2430; --quiet: #44505c; --rule: #c3cad2; --deep: #17365c; --tint: #f2f5f8; --alarm: #8c1d18 }
* { box-sizing: border-box }
html { background: #e4e8ec }
body { margin: 0; color: var(--ink); font: 16px/1.55 Georgia, "Liberation Serif", "Times New Roman", serif; overflow-wrap: anywhere }
.paper { max-width: 62rem; margin: 1.5rem auto; padding: 3.5rem 4.5rem; background: #fff; border: 1px solid var(--rule) }
.draft { position: sticky; top: 0; z-index: 1; margin: 0; padding: .6rem 1rem; background: var(--alarm); color: #fff; text-align: center; font: bold 1rem/1.4 "Helvetica Neue", Arial, sans-serif }
.watermark { display: none }
.skip { position: absolute; left: -100vw }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; padding: .5rem; background: #fff }
a { color: var(--deep) }
@media (max-width: 50rem) { .paper { padding: 1.5rem 1.2rem } }`

const text = `
h1, h2, h3, h4, h5, th, dt, caption, .sans { font-family: "Helvetica Neue", Arial, sans-serif }
h1, h2 { color: var(--deep); line-height: 1.2 }
h1 { margin: 0 0 1rem; font-size: 2.3rem }
h2 { margin: 0 0 1.6rem; padding-bottom: .6rem; border-bottom: 3px solid var(--deep); font-size: 1.6rem }
h2 .part { display: block; margin-bottom: .3rem; font-size: .85rem; letter-spacing: .08em; text-transform: uppercase; color: var(--quiet) }
h3 { margin: 1.9rem 0 .5rem; font-size: 1.12rem; color: var(--deep) }
h4 { margin: 1.6rem 0 .6rem; font-size: 1rem }
h5 { margin: 1.1rem 0 .4rem; font-size: .95rem }
p { margin: 0 0 .8rem; white-space: pre-line }
ul { margin: 0 0 .9rem; padding-left: 1.4rem }
li { margin-bottom: .25rem; white-space: pre-line }
section.part { padding-top: 3rem }
.cover { padding: 3rem 0 2rem }
.cover .kind { margin: 0 0 2.2rem; font-size: 1.15rem; font-weight: bold; letter-spacing: .06em; text-transform: uppercase; color: var(--quiet) }
.cover .system { margin-bottom: 2.6rem; font-size: 1.3rem; white-space: normal }
dl.facts { display: grid; grid-template-columns: minmax(9rem, 13rem) 1fr; gap: .45rem 1.5rem; margin: 0 0 1.2rem }
dl.facts dt { font-size: .85rem; line-height: 1.7; font-weight: bold; color: var(--quiet) }
dl.facts dd { margin: 0; white-space: pre-line }
.cover dl.facts { padding: 1.2rem 0; border: solid var(--deep); border-width: 3px 0 1px }
.restriction { color: var(--quiet) }
nav ol { margin: 0; padding: 0; list-style: none }
nav li { margin: .55rem 0 }
nav a { display: flex; gap: .8rem }
nav .part { flex: 0 0 6rem; color: var(--quiet) }
.lead-in { break-after: avoid }
.opinion { padding-left: 1.6rem }
.opinion li { margin-bottom: .7rem; padding-left: .4rem }
.signature { margin-top: 2.2rem }
.signature p { margin: 0 }
.signature .firm { font-size: 1.15rem; font-weight: bold }
.notice { margin: 0 0 1.4rem; padding: .7rem 1rem; border: 2px solid var(--alarm); color: var(--alarm); font: bold 1rem/1.4 "Helvetica Neue", Arial, sans-serif }
.quiet { color: var(--quiet); font-style: italic }
.response { margin-bottom: 1.8rem; padding-top: .2rem; border-top: 1px solid var(--rule) }
.digest { font: .82rem/1.5 "DejaVu Sans Mono", Menlo, Consolas, monospace }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule) }`

const tables = `
table { width: 100%; margin: .3rem 0 1.4rem; border-collapse: collapse; table-layout: fixed; font-size: .88em; line-height: 1.4 }
caption { padding: .2rem 0 .4rem; text-align: left; font-size: .85rem; color: var(--quiet) }
th, td { padding: .35rem .6rem; border: 1px solid var(--rule); text-align: left; vertical-align: top }
thead th { background: var(--deep); color: #fff; border-color: var(--deep) }
tbody th { font-weight: bold }
td p { margin: 0 0 .4rem }
td p:last-child { margin-bottom: 0 }
.ref { font-weight: bold }
.control { margin: 0 0 1.1rem; padding: .7rem .9rem .1rem; background: var(--tint); border-top: 2px solid var(--deep) }
.control h5 { margin: 0 0 .35rem }
.control p { margin-bottom: .35rem }
.control > .exception { margin: .4rem 0 .8rem }
.control table { background: #fff }
.tests caption { padding-top: .35rem }
.tests .test { width: 56% }
.steps .owner { width: 22% } .steps .due { width: 19% } .steps .done { width: 12% }
.matrix .code { width: 16% } .matrix .controls { width: 19% } .matrix .outcome { width: 27% }
.exception { padding: .1rem 0 .1rem .6rem; border-left: 3px solid var(--alarm) }
.exception + .exception { margin-top: .7rem }
.meta { color: var(--quiet); font-size: .95em }`

const print = `
@media print {
  html { background: none; font-size: 10.5pt }
  body { font-size: 10.5pt; line-height: 1.4; -webkit-print-color-adjust: exact; print-color-adjust: exact }
  .paper { max-width: none; margin: 0; padding: 0; border: 0 }
  .draft, .skip { display: none }
  .watermark { display: block; position: fixed; top: 38%; left: 0; right: 0; z-index: 1; text-align: center; transform: rotate(-32deg); font: bold 110pt/1 Arial, sans-serif; letter-spacing: .1em; color: rgba(140, 29, 24, .09) }
  .cover { page: cover; padding: 52mm 0 0 }
  nav, section.part, footer { break-before: page; padding-top: 0 }
  .uncovered { page: uncovered }
  footer { margin: 0; border: 0 }
  h2, h3, h4, h5, caption { break-inside: avoid; break-after: avoid }
  thead { display: table-header-group }
  tr, .signature, .opinion li, .steps, .exception, dl.facts dt, dl.facts dd { break-inside: avoid }
  .signature, table, tbody, tbody tr:first-child { break-before: avoid }
  thead, thead tr, .control > p, .response > .meta { break-after: avoid }
  .control > p { break-inside: avoid }
  .digest { font-size: 7.4pt }
  p, li { orphans: 3; widows: 3 }
  li:first-child, p:has(+ ul) { break-after: avoid }
  li:last-child { break-before: avoid }
  a { color: inherit; text-decoration: none }
}
`
