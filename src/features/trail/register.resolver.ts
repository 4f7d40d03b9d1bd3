import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { Change } from '../../kernel/store/trail.js'
import { Incident } from '../register/incident.js'
import type { RegisterEntry } from '../register/register-entry.js'
import { SystemChange } from '../register/system-change.js'
import { changesOfEntries } from './register.queries.js'
import { REGISTER_CHANGES_MAX, RegisterChange } from './register-change.js'
import { shownChange } from './trail.reading.js'

const described = atMost(
  REGISTER_CHANGES_MAX,
  'What the client changed of it since it was shared, what it said before included, in order; the latest ones.',
)

/** What was changed of an entry that the viewer read through its wall; that of many entries is read as a set. */
function changesOf(loaders: Loaders, { id }: RegisterEntry): Promise<RegisterChange[]> {
  const load = loaders.of<RegisterChange[]>('changes of entries', async (ids, tx) => {
    const found = await changesOfEntries(firmScope(tx), ids, REGISTER_CHANGES_MAX)
    return ids.map((one) =>
      found
        .filter(({ entryId }) => entryId === one)
        .map(({ at, actorName, changes }) => {
          const fields = (JSON.parse(changes) as Change[]).flatMap((change) => shownChange(change).fields)
          return Object.assign(new RegisterChange(), { at, actorName, fields })
        }),
    )
  })
  return load.load(id)
}

@Resolver(() => Incident)
export class IncidentChangesResolver {
  @FieldResolver(() => [RegisterChange], described)
  changes(@Root() incident: Incident, @Ctx() { loaders }: Context): Promise<RegisterChange[]> {
    return changesOf(loaders, incident)
  }
}

@Resolver(() => SystemChange)
export class SystemChangeChangesResolver {
  @FieldResolver(() => [RegisterChange], described)
  changes(@Root() change: SystemChange, @Ctx() { loaders }: Context): Promise<RegisterChange[]> {
    return changesOf(loaders, change)
  }
}
