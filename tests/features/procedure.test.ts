import { describe, expect, it } from 'vitest'
import { changes, fieldwork } from '../support/fieldwork.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)
const population = await work.frozen(changes(30), { dateColumn: 'merged' })

interface Item {
  id: string
  itemKey: string
}

/** A procedure with a sample of three, and its items. */
async function sampled(changes: object = {}) {
  const procedure = await work.procedure(changes)
  const { sample } = await a.staff.does(
    'drawSample',
    {
      procedureId: procedure.id,
      populationId: population.id,
      basis: 'JUDGEMENT',
      size: 3,
      sizeReason: 'A rehearsal of the test.',
      method: 'RANDOM',
      seed: 'fixed',
    },
    'sample { id version items { nodes { id itemKey } } }',
  )
  return { ...procedure, sample, items: sample.items.nodes as Item[] }
}

/** Records all attributes of all items: PASS but for those named, `item.letter`. */
function record(person: Person, procedureId: string, items: readonly Item[], deviating: readonly string[] = []) {
  const results = items.flatMap(({ id }, at) =>
    ['A', 'B'].map((attribute) => {
      const deviates = deviating.includes(`${at}.${attribute}`)
      return {
        sampleItemId: id,
        attribute,
        outcome: deviates ? 'DEVIATION' : 'PASS',
        note: deviates ? 'Nobody but the author looked at it.' : null,
      }
    }),
  )
  return person.does(
    'recordResults',
    { procedureId, results },
    'results { id version outcome sampleItem { id } attribute { letter } } sample { testedCount deviationCount }',
  )
}

const prepare = (person: Person, id: string, version: number, outcome = 'NO_EXCEPTIONS', more: object = {}) =>
  person.tryTo(
    'prepareProcedure',
    { procedureId: id, expectedVersion: version, outcome, outcomeNote: 'Compared as planned.', ...more },
    'procedure { version state outcome preparedBy { id } signOffs { level stale contentDigest member { id } withdrawnAt } }',
  )
const review = (person: Person, id: string, version: number) =>
  person.tryTo(
    'reviewProcedure',
    { procedureId: id, expectedVersion: version },
    'procedure { version state signOffs { level stale withdrawnAt } }',
  )

describe('a procedure', () => {
  it('goes from plan to review, signed by two people', async () => {
    const { id, version, items } = await sampled()
    const incomplete = await prepare(a.staff, id, version)
    expect(incomplete.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'] }])
    expect(incomplete.errors[0].message).toContain('3 sampled items have no result yet')
    const { sample } = await record(a.staff, id, items)
    expect(sample).toEqual({ testedCount: 3, deviationCount: 0 })
    const { procedure, errors } = await prepare(a.staff, id, version)
    expect(errors).toEqual([])
    expect(procedure).toMatchObject({
      state: 'PREPARED',
      outcome: 'NO_EXCEPTIONS',
      preparedBy: { id: a.staff.memberId },
      signOffs: [{ level: 'PREPARER', stale: false, withdrawnAt: null, member: { id: a.staff.memberId } }],
    })
    const own = await review(a.staff, id, procedure.version).catch((error: Error) => error.message)
    expect(own).toContain('FORBIDDEN')
    const reviewed = await review(a.senior, id, procedure.version)
    expect(reviewed.errors).toEqual([])
    expect(reviewed.procedure).toMatchObject({
      state: 'REVIEWED',
      signOffs: [
        { level: 'PREPARER', stale: false },
        { level: 'REVIEWER', stale: false },
      ],
    })
  })
})
