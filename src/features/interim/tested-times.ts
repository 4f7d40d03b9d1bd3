import type { Loaders } from '../../kernel/store/loaders.js'
import { countDays, timeOfControl } from '../../rules/population-gaps.js'
import type { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { type TestedTimeRead, testedTimesOf } from './interim.queries.js'

/** A part of a control's time, by what it was tested. */
export interface TestedTimeStanding extends TestedTimeRead {
  dayCount: number
  /** Whether it ends before the control's own time does. */
  isInterim: boolean
}

/** What was done over a control's time, by its first day: one statement, whatever the number of controls. */
export async function testedTimesStanding(loaders: Loaders, control: Control): Promise<TestedTimeStanding[]> {
  const read = await loaders
    .within<Control, TestedTimeRead[]>(
      'tested times of controls',
      ({ id }) => id,
      async (scope, ids) => {
        const found = await testedTimesOf(scope, ids)
        return ids.map((id) => found.filter(({ controlId }) => controlId === id))
      },
    )
    .load(control)
  const engagement = (await loaders.byId(Engagement, control.engagementId)) as Engagement
  const own = timeOfControl(engagement, control)
  return read.map((one) => ({
    ...one,
    dayCount: countDays({ from: one.coversFrom, to: one.coversTo }),
    isInterim: own !== null && one.coversTo < own.to,
  }))
}
