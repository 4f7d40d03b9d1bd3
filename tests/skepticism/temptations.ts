import type { Walk } from './attempts.js'
import {
  addControl,
  calendar,
  changeControl,
  cycle,
  explainOccurrence,
  narrow,
  rely,
  rescope,
  retire,
  supersede,
} from './over-what-is-tested.js'
import { correct, drawFurther, explain, explainAll, extend, withdraw } from './over-what-was-found.js'

interface Temptation {
  act: (walk: Walk) => Promise<boolean>
  weight: number
  /** The control without which there is nothing to try. */
  on?: string
}

/** What people are tempted to: each act answers whether it was done. Many are refused, and the walk goes on. */
const temptations: Readonly<Record<string, Temptation>> = {
  'a deviation explained': { act: explain, weight: 3 },
  'all deviations explained': { act: explainAll, weight: 3 },
  'a result corrected': { act: correct, weight: 2 },
  'a sample extended': { act: extend, weight: 4 },
  'a draw by a second test': { act: drawFurther, weight: 4 },
  'an exception withdrawn': { act: withdraw, weight: 4 },
  'a control changed': { act: changeControl, weight: 3 },
  'a control retired': { act: retire, weight: 2 },
  'a criterion narrowed away': { act: narrow, weight: 2 },
  'the scope changed': { act: rescope, weight: 1 },
  'a cycle changed': { act: cycle, weight: 3, on: 'AR-01' },
  'a calendar changed': { act: calendar, weight: 2 },
  'an occurrence explained': { act: explainOccurrence, weight: 5, on: 'AR-01' },
  'a list superseded': { act: supersede, weight: 3 },
  'a reliance changed': { act: rely, weight: 12, on: 'AU-01' },
  'a control added': { act: addControl, weight: 4 },
}
export const kindsOfTemptation = Object.keys(temptations)

/** Some of these, in any order. */
export async function tempted(walk: Walk, atMost: number): Promise<void> {
  const open = Object.entries(temptations).filter(([, { on }]) => on === undefined || walk.controls[on])
  const weighted = open.flatMap((one) => Array.from({ length: one[1].weight }, () => one))
  for (let left = walk.roll.below(atMost + 1); left > 0; left--) {
    const [name, { act }] = walk.roll.oneOf(weighted)
    if (await act(walk)) walk.did.push(name)
  }
}
