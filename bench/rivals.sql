-- What the rivals do in one statement and the service does step by step. It runs with the rights of who calls it: the
-- service's own role, under the same row-level security. Who acts stands in settings of the transaction.
drop schema if exists bench cascade;
create schema bench;
grant usage on schema bench to fieldwork_service;

-- The tables as PostGraphile serves them. Row-level security knows firm and client; that rows of an engagement are for
-- its team alone is said by these views. The person's engagements stand in a setting that a statement reads once. What
-- identifies a row and what it refers to stand in the comment, as PostGraphile wants it of views.
do $$
declare
  served constant text[] := '{engagement,control,control_criterion,criterion,procedure,attribute,sample,sample_item,result,exception,management_response,member}';
  one text;
  wall text;
begin
  foreach one in array served loop
    select format('where (%I = any ((select current_setting(''app.engagements'')::uuid[])::uuid[])) is true', a.attname) into wall from pg_attribute a
      where a.attrelid = ('fieldwork.' || one)::regclass and a.attname = case one when 'engagement' then 'id' else 'engagement_id' end;
    execute format('create view bench.%I with (security_invoker) as select * from fieldwork.%I %s', one, one, wall);
    execute format('comment on view bench.%I is %L', one, (
      select string_agg(case k.contype when 'p' then '@primaryKey ' || own when 'u' then '@unique ' || own
        else format('@foreignKey (%s) references bench.%I (%s)', own, k.confrelid::regclass, others) end, e'\n')
      from pg_constraint k, lateral (
        select string_agg(a.attname, ',' order by n) as own, string_agg(b.attname, ',' order by n) as others
        from unnest(k.conkey, k.confkey) with ordinality as u (mine, theirs, n)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = mine
        left join pg_attribute b on b.attrelid = k.confrelid and b.attnum = theirs) columns
      where k.conrelid = ('fieldwork.' || one)::regclass and (k.contype in ('p', 'u') or (select relname from pg_class where oid = k.confrelid) = any (served))));
    execute format('grant select on bench.%I to fieldwork_service', one);
  end loop;
  -- Relations that the database has no foreign key for, or one by more columns than identify the row.
  execute format('comment on view bench.management_response is %L', obj_description('bench.management_response'::regclass)
    || e'\n@foreignKey (firm_id, exception_id) references bench.exception (firm_id, id)|@fieldName responseTo|@foreignSingleFieldName response');
  execute format('comment on view bench.result is %L', obj_description('bench.result'::regclass)
    || e'\n@foreignKey (firm_id, recorded_by) references bench.member (firm_id, id)|@fieldName recorder');
end $$;

-- Whether a token's session goes on, and on which engagements its person works. For what PostgreSQL is told of a request.
create function bench.engagements_of(firm uuid, client uuid, member uuid, session uuid) returns uuid[] language plpgsql as $$
begin
  perform set_config('app.firm_id', firm::text, true), set_config('app.client_id', coalesce(client::text, ''), true);
  perform from member m where m.firm_id = firm and m.id = member and m.state = 'ACTIVE'
    and not exists (select from session s where s.firm_id = firm and s.family_id = session and s.revoked_at is not null);
  if not found then raise exception 'the session has ended'; end if;
  if client is not null then return array(select e.id from engagement e where e.firm_id = firm and e.client_id = client); end if;
  return array(select t.engagement_id from team_member t where t.firm_id = firm and t.member_id = member
    and t.independence_confirmed_at is not null and t.removed_at is null);
end $$;
comment on function bench.engagements_of is '@behavior -*';

-- Records results: the same checks and the same rows as the service's recordResults, its trail entry and the kept answer included.
create function bench.record(input json) returns json language plpgsql as $$
declare
  firm constant uuid := current_setting('app.firm_id')::uuid;
  me constant uuid := current_setting('app.member_id')::uuid;
  actor record;
  of_procedure record;
  engagement_state text;
  before record;
  after record;
  made record;
  answer json;
begin
  select m.name into strict actor from member m where m.firm_id = firm and m.id = me and m.state = 'ACTIVE'
    and not exists (select from session s where s.firm_id = firm and s.family_id = current_setting('app.session_id')::uuid and s.revoked_at is not null);
  select convert_from(i.sealed_payload, 'UTF8')::json into answer from idempotency i
    where i.firm_id = firm and i.scope = me::text and i.key = input ->> 'idempotencyKey';
  if found then return answer; end if;

  select p.id, p.engagement_id, p.state, (select count(*) from attribute a where a.firm_id = firm and a.procedure_id = p.id) as attributes
    into strict of_procedure from procedure p
    where p.firm_id = firm and p.id = (input ->> 'procedureId')::uuid and exists (
      select from team_member t where t.firm_id = firm and t.engagement_id = p.engagement_id and t.member_id = me and t.role <> 'QUALITY_REVIEWER'
        and t.independence_confirmed_at is not null and t.removed_at is null)
    for update;
  select e.state into strict engagement_state from engagement e where e.firm_id = firm and e.id = of_procedure.engagement_id for share;
  if of_procedure.state <> 'IN_PROGRESS' or engagement_state <> 'FIELDWORK' then raise exception 'it is not under way'; end if;
  select * into strict before from sample s where s.firm_id = firm and s.procedure_id = of_procedure.id;

  with entry as materialized (
    select r.n, uuidv7() as id, i.id as item, a.id as attribute, r.outcome, r.note
    from rows from (json_to_recordset(input -> 'results')
        as ("sampleItemId" uuid, attribute text, outcome text, note text, "alternativeProcedure" text)) with ordinality
      as r (item, letter, outcome, note, alternative, n)
    join sample_item i on i.firm_id = firm and i.id = r.item and i.sample_id = before.id
    join attribute a on a.firm_id = firm and a.procedure_id = of_procedure.id and a.letter = r.letter
    where (r.outcome = 'NO_DEVIATION' or r.note <> '') and r.alternative is null
  ), written as (
    insert into result (firm_id, id, engagement_id, procedure_id, sample_id, sample_item_id, attribute_id, outcome, note,
      recorded_by, recorded_at, created_by, created_at)
    select firm, id, of_procedure.engagement_id, of_procedure.id, before.id, item, attribute, outcome, note, me, now(), me, now()
    from entry order by n
  )
  select count(*) as entries, array_agg(item) as items,
    json_agg(json_build_object('id', id, 'version', 1, 'outcome', outcome) order by n) as results,
    json_agg(json_build_object('type', 'Result', 'id', id, 'after', json_strip_nulls(json_build_object('engagementId', of_procedure.engagement_id,
      'procedureId', of_procedure.id, 'sampleId', before.id, 'sampleItemId', item, 'attributeId', attribute, 'outcome', outcome, 'note', note,
      'recordedBy', me, 'recordedAt', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))))
      order by n) as changes
    into made from entry;
  if made.entries <> json_array_length(input -> 'results') then raise exception 'a result cannot be recorded'; end if;

  update sample_item i set outcome = n.outcome, version = i.version + 1
  from (
    select r.sample_item_id as item, case when count(*) < of_procedure.attributes then null
      when bool_and(r.outcome = 'NOT_APPLICABLE') then 'NOT_APPLICABLE'
      when bool_or(r.outcome = 'DEVIATION' and r.explanation_state is distinct from 'APPROVED') then 'DEVIATION'
      when bool_or(r.outcome = 'UNABLE_TO_TEST' and r.explanation_state is distinct from 'APPROVED') then 'UNABLE_TO_TEST'
      else 'NO_DEVIATION' end as outcome
    from result r where r.firm_id = firm and r.sample_item_id = any(made.items) group by 1) n
  where i.firm_id = firm and i.id = n.item and i.outcome is distinct from n.outcome;

  update sample s set tested_count = c.passed + c.deviating + c.unable, deviation_count = c.deviating + c.unable, no_deviation_count = c.passed,
    unable_to_test_count = c.unable, not_applicable_count = c.not_applicable, version = s.version + 1, content_mark = uuidv7()
  from (select count(*) filter (where i.outcome = 'NO_DEVIATION') as passed, count(*) filter (where i.outcome = 'DEVIATION') as deviating,
      count(*) filter (where i.outcome = 'UNABLE_TO_TEST') as unable, count(*) filter (where i.outcome = 'NOT_APPLICABLE') as not_applicable
    from sample_item i where i.firm_id = firm and i.sample_id = before.id) c
  where s.firm_id = firm and s.id = before.id returning s.* into after;

  perform trail_append(firm, of_procedure.engagement_id, me, actor.name, 'recordResults', 'Sample', before.id,
    (made.changes::jsonb || (
      select jsonb_build_object('type', 'Sample', 'id', before.id, 'before', jsonb_object_agg(name, was), 'after', jsonb_object_agg(name, became))
      from (values ('testedCount', before.tested_count, after.tested_count), ('deviationCount', before.deviation_count, after.deviation_count),
        ('noDeviationCount', before.no_deviation_count, after.no_deviation_count), ('unableToTestCount', before.unable_to_test_count, after.unable_to_test_count),
        ('notApplicableCount', before.not_applicable_count, after.not_applicable_count)) v (name, was, became)
      where was <> became))::text);

  answer := json_build_object('errors', '[]'::json, 'results', made.results,
    'sample', json_build_object('id', after.id, 'testedCount', after.tested_count, 'deviationCount', after.deviation_count));
  insert into idempotency (firm_id, scope, key, action, input_digest, sealed_payload, created_at)
    values (firm, me::text, input ->> 'idempotencyKey', 'Mutation.recordResults', sha256(convert_to(input::text, 'UTF8')), convert_to(answer::text, 'UTF8'), now());
  return answer;
end $$;

-- What a list in PostGraphile can be made of that a condition on columns cannot say.
create function bench.awaiting_response() returns setof bench.exception language sql stable as $$
  select * from bench.exception x where x.state in ('COMMUNICATED', 'CONCLUDED') and not exists (
    select from fieldwork.management_response r where r.firm_id = x.firm_id and r.exception_id = x.id and r.state in ('SUBMITTED', 'ACCEPTED'))
  order by x.id
$$;

-- Counts an attempt to sign in, and gives what the password is held against and where the person works: in one place.
create function bench.begin_sign_in(pair bytea, account bytea, network bytea, known bytea, normal_email text)
  returns table (user_id uuid, password_hash text, firm_id uuid, member_id uuid, client_id uuid) language plpgsql as $$
declare
  person user_account;
  own throttle;
begin
  set local app.realm = 'identity';
  insert into throttle as t (subject, attempts, window_ends_at)
    values (pair, 1, now() + interval '24 hours'), (account, 1, now() + interval '24 hours'), (network, 1, now() + interval '24 hours')
    on conflict (subject) do update set attempts = case when t.window_ends_at <= now() then 1 else t.attempts + 1 end,
      window_ends_at = case when t.window_ends_at <= now() then excluded.window_ends_at else t.window_ends_at end;
  select * into strict own from throttle t where t.subject = pair;
  -- The schedule of pauses is not repeated here: none of those who sign in has failed before.
  if own.paused_until > now() or own.attempts > 4 or not exists (select from throttle t where t.subject = known)
      and exists (select from throttle t where t.subject = network and t.attempts > 100 or t.subject = account and t.attempts > 10) then
    raise exception 'too many attempts';
  end if;
  select * into person from user_account a where a.email = normal_email;
  perform set_config('app.user_id', person.id::text, true);
  return query select person.id, person.password_hash, m.firm_id, m.id, m.client_id from member m where m.user_id = person.id and m.state = 'ACTIVE';
end $$;

-- Opens a session for a person whose password was right, takes the attempt back and knows the network.
create function bench.end_sign_in(pair bytea, account bytea, network bytea, known bytea, person uuid, held_against text, firm uuid, member uuid, session_id uuid,
  family uuid, token_hash bytea) returns void language plpgsql as $$
declare
  holder text;
begin
  set local app.realm = 'identity';
  perform set_config('app.user_id', person::text, true), set_config('app.firm_id', firm::text, true);
  perform from user_account a where a.id = person and a.password_hash = held_against for share;
  if not found then raise exception 'the password was changed'; end if;
  select m.name into holder from member m where m.firm_id = firm and m.id = member and m.state = 'ACTIVE';
  if not found then raise exception 'the membership ended'; end if;
  insert into session (firm_id, id, family_id, user_id, member_id, token_hash, expires_at, created_at)
    values (firm, session_id, family, person, member, token_hash, now() + interval '30 days', now());
  perform trail_append(firm, firm, member, holder, 'signIn', 'Member', member,
    concat('[{"type":"Member","id":"', member, '","after":{"session":"', family, '"}}]'));
  update throttle t set attempts = 0, paused_until = null where t.subject = pair;
  update throttle t set attempts = t.attempts - 1 where t.subject in (account, network) and t.attempts > 0;
  insert into throttle (subject, attempts, window_ends_at) values (known, 0, now() + interval '90 days')
    on conflict (subject) do update set window_ends_at = excluded.window_ends_at;
end $$;
