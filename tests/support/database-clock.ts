import type { World } from './world.js'

/**
 * Gives a world's database a clock that can be put forward and back. PostgreSQL takes the time from the system and has no
 * setting for it, so this is a stand-in: a function `now()` that the service's sessions and the trail's function find
 * before PostgreSQL's own. All that they compare with the moment, or date by it, moves with it.
 * @returns puts the clock so many minutes away from the true time
 */
export async function databaseClock(w: World): Promise<(minutes: number) => Promise<void>> {
  const { name, serviceUrl } = w.testDatabase
  const role = decodeURIComponent(new URL(serviceUrl).username)
  await w.owner.query(`
    create schema clock;
    create table clock.away (minutes integer not null);
    insert into clock.away values (0);
    create function clock.now() returns timestamptz language sql stable security definer set search_path = clock
      as 'select pg_catalog.now() + make_interval(mins => minutes) from clock.away';
    grant usage on schema clock to ${role};
    alter role ${role} in database ${name} set search_path = clock, fieldwork, pg_catalog;
    alter function fieldwork.trail_append set search_path = clock, fieldwork, pg_catalog, pg_temp;
    select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}' and application_name = 'fieldwork'`)
  // By its answer, good or bad, the pool knows which of its connections have ended.
  await w.database.ping().catch(() => undefined)
  return async (minutes) => {
    await w.owner.query('update clock.away set minutes = $1', [minutes])
  }
}
