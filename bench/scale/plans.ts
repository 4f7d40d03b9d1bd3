import type { Contents } from '../recipe.js'
import { measurePopulations, type PopulationPlan } from './populations.js'
import { type BulkPlan, measureBulkResults } from './results.js'
import type { Stage, Table } from './stage.js'
import { measureStarts } from './start.js'
import { measureTrail, type TrailPlan } from './trail.js'
import { measureWriters, type WritersPlan } from './writers.js'

/** How much of each is measured. */
export interface ScalePlan {
  contents: Contents
  populations: readonly PopulationPlan[]
  results: readonly BulkPlan[]
  writers: WritersPlan
  starts: number
  trail: TrailPlan
}

export const plans: Record<'smoke' | 'full', ScalePlan> = {
  smoke: {
    contents: { firms: 1, clients: 3, engagements: 2 },
    populations: [{ items: 2_500, rounds: 1 }],
    results: [
      { entries: 1, calls: 3 },
      { entries: 25, calls: 2 },
      { entries: 250, calls: 1 },
    ],
    writers: { writers: 8, engagements: 2, acts: 5 },
    starts: 1,
    trail: { totals: [400, 2_000], desks: 1, ordinary: 100, long: 500, times: 3 },
  },
  full: {
    contents: { firms: 4, clients: 4, engagements: 2 },
    populations: [
      { items: 100_000, rounds: 3 },
      { items: 1_000_000, rounds: 1 },
    ],
    results: [
      { entries: 1, calls: 400 },
      { entries: 25, calls: 40 },
      { entries: 250, calls: 8 },
      { entries: 1_000, calls: 4 },
    ],
    writers: { writers: 16, engagements: 16, acts: 100 },
    starts: 5,
    trail: { totals: [10_000, 1_000_000, 10_000_000], desks: 3, ordinary: 2_000, long: 100_000, times: 15 },
  },
}

/** What is measured, in this order: the trail last, as it fills the disk. */
export const stations = {
  start: (stage: Stage, { starts }: ScalePlan) => measureStarts(stage, starts),
  writers: (stage: Stage, { writers }: ScalePlan) => measureWriters(stage, writers),
  results: (stage: Stage, { results }: ScalePlan) => measureBulkResults(stage, results),
  populations: (stage: Stage, { populations }: ScalePlan) => measurePopulations(stage, populations),
  trail: (stage: Stage, { trail }: ScalePlan) => measureTrail(stage, trail),
} satisfies Record<string, (stage: Stage, plan: ScalePlan) => Promise<Table>>
export type Station = keyof typeof stations
