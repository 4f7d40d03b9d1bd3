import { aggregate } from './features/aggregate/index.js'
import { assertion } from './features/assertion/index.js'
import { calendar } from './features/calendar/index.js'
import { change } from './features/change/index.js'
import { client } from './features/client/index.js'
import { complementary } from './features/complementary/index.js'
import { conclusion } from './features/conclusion/index.js'
import { control } from './features/control/index.js'
import { controlList } from './features/control-list/index.js'
import { coverage } from './features/coverage/index.js'
import { criteriaSet } from './features/criteria-set/index.js'
import { criterion } from './features/criterion/index.js'
import { criterionConclusion } from './features/criterion-conclusion/index.js'
import { document } from './features/document/index.js'
import { engagement } from './features/engagement/index.js'
import { evidence } from './features/evidence/index.js'
import { exception } from './features/exception/index.js'
import { listExports } from './features/export/index.js'
import { firm } from './features/firm/index.js'
import { framework } from './features/framework/index.js'
import { gap } from './features/gap/index.js'
import { identity } from './features/identity/index.js'
import { imports } from './features/import/index.js'
import { importPreview } from './features/import-preview/index.js'
import { interim } from './features/interim/index.js'
import { judgment } from './features/judgment/index.js'
import { library } from './features/library/index.js'
import { lifecycle } from './features/lifecycle/index.js'
import { linking } from './features/linking/index.js'
import { materiality } from './features/materiality/index.js'
import { methodology } from './features/methodology/index.js'
import { occurrence } from './features/occurrence/index.js'
import { opening } from './features/opening/index.js'
import { opinion } from './features/opinion/index.js'
import { opinionPreview } from './features/opinion-preview/index.js'
import { population } from './features/population/index.js'
import { procedure } from './features/procedure/index.js'
import { register } from './features/register/index.js'
import { registerEvaluation } from './features/register-evaluation/index.js'
import { report } from './features/report/index.js'
import { response } from './features/response/index.js'
import { review } from './features/review/index.js'
import { reviewNote } from './features/review-note/index.js'
import { risk } from './features/risk/index.js'
import { sample } from './features/sample/index.js'
import { signing } from './features/signing/index.js'
import { suspectedNoncompliance } from './features/suspected-noncompliance/index.js'
import { testSheet } from './features/test-sheet/index.js'
import { trail } from './features/trail/index.js'
import { walkthrough } from './features/walkthrough/index.js'
import { workOfOthers } from './features/work-of-others/index.js'
import { workpaper } from './features/workpaper/index.js'
import type { Gates } from './kernel/store/gates.js'
import type { RowClass } from './kernel/store/row.js'
import { policy } from './policy.js'

/** A noun of the product: its tables' rows and its part of the schema. */
export interface Feature {
  name: string
  rows: readonly RowClass[]
  // biome-ignore lint/complexity/noBannedTypes: a resolver is a class, whatever its constructor
  resolvers: readonly Function[]
  /** What its acts need beside the policy, by the names of the mutations. */
  gates?: Gates
  /** Its tables of reference data, which are the same for all firms. */
  sharedTables?: readonly string[]
}

/** THE LIST, in order of dependency: a feature imports only features above it. */
export const features: readonly Feature[] = [
  firm,
  methodology,
  criteriaSet,
  client,
  identity,
  engagement,
  calendar,
  evidence,
  imports,
  listExports,
  register,
  criterion,
  control,
  complementary,
  document,
  risk,
  procedure,
  library,
  walkthrough,
  workOfOthers,
  population,
  occurrence,
  sample,
  testSheet,
  exception,
  suspectedNoncompliance,
  coverage,
  gap,
  interim,
  reviewNote,
  workpaper,
  signing,
  conclusion,
  response,
  linking,
  materiality,
  aggregate,
  change,
  framework,
  controlList,
  importPreview,
  registerEvaluation,
  criterionConclusion,
  opinion,
  assertion,
  opinionPreview,
  judgment,
  lifecycle,
  report,
  opening,
  review,
  trail,
]

/** What all features declare, and the policy: what the database is opened with. */
export const declarations = {
  rows: features.flatMap(({ rows }) => rows),
  policy,
  gates: Object.assign({}, ...features.map(({ gates = {} }) => gates)) as Gates,
  sharedTables: features.flatMap(({ sharedTables = [] }) => sharedTables),
}
