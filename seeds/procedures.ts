import type { Person } from './api.js'
import { change, type Walk } from './walk.js'

interface Planned {
  ref: string
  control: string
  methods: string[]
  aspects: string[]
  objective: string
  steps: string
  attributes?: { letter: string; description: string }[]
}

/** Plans a procedure and starts it; answers its id. */
export async function planProcedure(walk: Walk, person: Person, { control, ...planned }: Planned): Promise<string> {
  const { procedure } = await walk.cast.senior.does(
    'planProcedure',
    { controlId: walk.controlIds.get(control), assigneeId: person.memberId, ...planned },
    'procedure { id }',
  )
  walk.procedureIds.set(planned.ref, procedure.id)
  await change(person, 'startProcedure', 'procedureId', procedure.id)
  return procedure.id
}
