-- Fills a migrated, empty database for measuring: firms alike, each with clients, people and engagements under way.
-- Runs as the owner. The same settings give the same rows, ids included. Given as settings of the session:
--   bench.firms, bench.clients (of a firm), bench.engagements (of a client), bench.password_hash (of everybody)
set search_path = fieldwork;
-- No foreign keys are checked and no triggers run while rows come in by the million; what comes in is consistent.
set session_replication_role = replica;
set synchronous_commit = off;
set work_mem = '256MB';

create schema bench;

-- A UUIDv7 of its kind and number: ids rise in the order in which things were made.
create function bench.id(kind int, n bigint) returns uuid language sql immutable parallel safe as $$
  select ('01950000-0000-7' || lpad(kind::text, 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid
$$;
-- What a seed of a population is made of, and the seed: rules/seed.ts, where no one added a text.
create function bench.random(n bigint) returns text language sql immutable parallel safe as $$
  select encode(sha256(('random' || n)::bytea), 'hex')
$$;
create function bench.seed(n bigint) returns text language sql immutable parallel safe as $$
  select encode(sha256(decode(bench.random(n), 'hex') || '\x1f'::bytea), 'hex')
$$;
-- A throw of a die with so many sides, from 0, that falls the same each time.
create function bench.throw(n bigint, sides int) returns int language sql immutable parallel safe as $$
  select ((hashint8extended(n, 2017) & 2147483647) % sides)::int
$$;

insert into firm (firm_id, id, name, city, created_at)
select bench.id(1, f), bench.id(1, f), 'Audit firm ' || f || ' LLP', (array['Springfield', 'Rivertown', 'Lakeside'])[1 + f % 3],
  timestamptz '2024-01-02 08:00Z'
from generate_series(1, current_setting('bench.firms')::int) f;

-- What each firm samples by, as it is shipped: daily controls 20 of a year, all others a share.
insert into sampling_table (firm_id, id, number, created_at)
select bench.id(1, f), bench.id(30, f), 1, timestamptz '2024-01-02 08:00Z' from generate_series(1, current_setting('bench.firms')::int) f;

insert into sampling_table_row (firm_id, id, sampling_table_id, frequency, risk, size, share_bp, least_size, most_size, accepted_deviation_count, created_at)
select bench.id(1, f), bench.id(31, f * 100 + 3 * q + r), bench.id(30, f),
  (array['CONTINUOUS', 'MULTIPLE_DAILY', 'PER_EVENT', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'SEMI_ANNUAL', 'ANNUAL'])[q],
  (array['LOW', 'MODERATE', 'HIGH'])[r], case when q > 3 then (array[[15, 20, 25], [10, 13, 15], [2, 4, 5], [2, 2, 2], [1, 2, 2], [1, 1, 1]])[q - 3][r] end,
  case when q <= 3 then 500 + 500 * r end, case when q <= 3 then 5 end, case when q <= 3 then 60 end, 0, timestamptz '2024-01-02 08:00Z'
from generate_series(1, current_setting('bench.firms')::int) f, generate_series(1, 9) q, generate_series(1, 3) r;

insert into methodology (firm_id, id, number, effective_at, sampling_table_id, confidence_bp, tolerable_rate_bp, least_confidence_bp, greatest_tolerable_rate_bp,
  created_at)
select bench.id(1, f), bench.id(32, f), 1, timestamptz '2024-01-02 08:00Z', bench.id(30, f), 9000, 1000, 9000, 1000, timestamptz '2024-01-02 08:00Z'
from generate_series(1, current_setting('bench.firms')::int) f;

insert into client (firm_id, id, name, created_at)
select bench.id(1, f), bench.id(2, f * 100 + c), 'Service organization ' || f || '-' || c || ', Inc.', timestamptz '2024-02-01 08:00Z'
from generate_series(1, current_setting('bench.firms')::int) f, generate_series(1, current_setting('bench.clients')::int) c;

-- Twelve people in each firm (1 to 12), two at each client (from 51).
create table bench.person as
select f, n, case when n = 1 then 'FIRM_ADMIN' when n < 4 then 'PARTNER' when n < 6 then 'MANAGER' when n < 9 then 'SENIOR' else 'STAFF' end as firm_role,
  null::int as c, null::text as client_role
from generate_series(1, current_setting('bench.firms')::int) f, generate_series(1, 12) n
union all
select f, 50 + 2 * c + place, null, c, case place when 0 then 'CLIENT_ADMIN' else 'RESPONDENT' end
from generate_series(1, current_setting('bench.firms')::int) f, generate_series(1, current_setting('bench.clients')::int) c,
  generate_series(0, 1) place;

insert into user_account (id, email, password_hash, created_at, password_changed_at)
select bench.id(3, f * 1000 + n), 'person-' || n || '@firm-' || f || '.example', current_setting('bench.password_hash'),
  timestamptz '2024-03-01 08:00Z', timestamptz '2024-03-01 08:00Z'
from bench.person;

insert into member (firm_id, id, user_id, email, name, firm_role, client_id, client_role, state, created_at)
select bench.id(1, f), bench.id(4, f * 1000 + n), bench.id(3, f * 1000 + n), 'person-' || n || '@firm-' || f || '.example',
  (array['Ada', 'Ben', 'Chloe', 'Dan', 'Eve', 'Femi', 'Greta', 'Hugo', 'Ines', 'Jun'])[1 + bench.throw(f * 1000 + n, 10)] || ' '
    || (array['Archer', 'Brook', 'Castle', 'Dale', 'Elm', 'Field', 'Grove', 'Hill'])[1 + bench.throw(f * 1000 + n + 7, 8)],
  firm_role, bench.id(2, f * 100 + c), client_role, 'ACTIVE', timestamptz '2024-03-01 08:00Z'
from bench.person;

create table bench.engagement as
select e, 1 + (e - 1) / per_firm as f, 1 + (e - 1) % per_firm % current_setting('bench.clients')::int as c, (e - 1) % per_firm as place
from (select current_setting('bench.clients')::int * current_setting('bench.engagements')::int as per_firm) s,
  generate_series(1, current_setting('bench.firms')::int * per_firm) e;

insert into engagement (firm_id, id, client_id, kind, state, system_name, categories, period_start, period_end, fieldwork_started_at,
  last_exception_number, created_by, created_at)
select bench.id(1, f), bench.id(5, e), bench.id(2, f * 100 + c), 'SOC2_TYPE_2', 'FIELDWORK',
  (array['Payments platform', 'Claims portal', 'Payroll service', 'Records archive', 'Booking engine'])[1 + e % 5] || ' ' || e,
  '{SECURITY,AVAILABILITY,CONFIDENTIALITY}', '2025-01-01', '2025-12-31', timestamptz '2025-07-01 08:00Z', 30,
  bench.id(4, f * 1000 + 2), timestamptz '2025-05-01 08:00Z'
from bench.engagement;

-- Each person of the firm sits on some of its engagements: nobody but the other partner reviews quality.
insert into team_member (firm_id, id, engagement_id, member_id, role, independence_statement, independence_confirmed_at, created_by, created_at)
select bench.id(1, f), bench.id(6, e * 10 + t.n), bench.id(5, e), bench.id(4, f * 1000 + t.who), t.role,
  'I hold no interest in the client and have no close relation with anybody there.', timestamptz '2025-05-03 08:00Z',
  bench.id(4, f * 1000 + 2), timestamptz '2025-05-02 08:00Z'
from bench.engagement, lateral (values (1, 'ENGAGEMENT_PARTNER', 2 + place % 2), (2, 'QUALITY_REVIEWER', 3 - place % 2),
  (3, 'MANAGER', 4 + place % 2), (4, 'SENIOR', 6 + place % 3), (5, 'STAFF', 9 + place % 4), (6, 'STAFF', 9 + (place + 1) % 4)) t (n, role, who);

create table bench.control as
select f, e, c, place, k, e * 100 + k as n from bench.engagement, generate_series(1, 60) k;

insert into control (firm_id, id, engagement_id, ref, title, description, owner, frequency, nature, type, area, is_key, design_conclusion,
  operation_conclusion, conclusion_rationale, concluded_by, concluded_at, created_by, created_at)
select bench.id(1, f), bench.id(7, n), bench.id(5, e), (array['ACC', 'CHG', 'VUL', 'INC', 'VEN', 'OPS'])[1 + k % 6] || '-' || lpad(k::text, 2, '0'),
  (array['Access is granted by the owner of the system', 'Changes are reviewed before they are merged', 'Scans run weekly and findings are followed up',
    'Incidents are recorded and closed with a cause', 'Vendors are assessed before they are engaged', 'Backups are restored as a rehearsal'])[1 + k % 6],
  'The person responsible checks each occurrence against the policy before it takes effect and records who asked, who decided and when. '
    || 'What is refused is recorded as well. Once a quarter the head of the department goes through the records and signs the list. (' || k || ')',
  'Head of ' || (array['platform', 'security', 'operations'])[1 + k % 3],
  (array['CONTINUOUS', 'MULTIPLE_DAILY', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'PER_EVENT'])[1 + bench.throw(n, 7)],
  (array['MANUAL', 'AUTOMATED', 'IT_DEPENDENT_MANUAL'])[1 + bench.throw(n + 1, 3)], (array['PREVENTIVE', 'DETECTIVE', 'CORRECTIVE'])[1 + bench.throw(n + 2, 3)],
  (array['ACCESS', 'CHANGE', 'VULNERABILITY', 'INCIDENT', 'VENDOR', 'OTHER'])[1 + k % 6], k % 3 > 0,
  case when k % 3 = 2 then 'SUITABLE' end, case when k % 3 = 2 then case when k % 2 = 0 then 'NOT_EFFECTIVE' else 'EFFECTIVE' end end,
  case when k % 3 = 2 then 'All procedures were reviewed; what they found is accounted for.' end,
  case when k % 3 = 2 then bench.id(4, f * 1000 + 4 + place % 2) end, case when k % 3 = 2 then timestamptz '2025-11-01 08:00Z' end,
  bench.id(4, f * 1000 + 4 + place % 2), timestamptz '2025-05-10 08:00Z'
from bench.control;

-- Two criteria for each control, of the 38 in scope.
insert into control_criterion (firm_id, id, engagement_id, control_id, criterion_code, created_by, created_at)
select bench.id(1, f), bench.id(8, n * 10 + o), bench.id(5, e), bench.id(7, n), t.code, bench.id(4, f * 1000 + 4 + place % 2), timestamptz '2025-05-11 08:00Z'
from bench.control, generate_series(0, 1) o join criterion t on true
where t.position = 1 + (k * 7 + e + o * 19) % 38;

-- The lists that the populations were imported from: what is measured opens none of them.
insert into firm_key (firm_id, id, sealed_key, created_at, retired_at)
select bench.id(1, f), bench.id(21, f), 'sealed', timestamptz '2025-01-02 08:00Z', timestamptz '2025-08-01 08:00Z' from generate_series(1, current_setting('bench.firms')::int) f;
insert into stored_file (firm_id, id, sha256, byte_count, firm_key_id, wrapped_key, created_at)
select bench.id(1, f), bench.id(22, n), encode(sha256(n::text::bytea), 'hex'), 240000, bench.id(21, f), 'sealed', timestamptz '2025-07-02 08:00Z'
from bench.control;
insert into evidence (firm_id, id, engagement_id, client_id, stored_file_id, is_of_client, file_name, byte_count, media_type, sha256, origin, source,
  covers_from, covers_to, state, created_by, created_at)
select bench.id(1, f), bench.id(23, n), bench.id(5, e), bench.id(2, f * 100 + c), bench.id(22, n), false, 'occurrences.csv', 240000, 'text/csv',
  encode(sha256(n::text::bytea), 'hex'), 'SOURCE_SYSTEM_REPORT', 'Ticketing system', '2025-01-01', '2025-12-31', 'AVAILABLE',
  bench.id(4, f * 1000 + 6 + place % 3), timestamptz '2025-07-02 08:00Z'
from bench.control;

insert into population (firm_id, id, engagement_id, control_id, title, source_system, query, parameters, extracted_at, extracted_by, completeness_check,
  accuracy_check, state, import_id, period_start, period_end, covers_from, covers_to, covered_until_on, evidence_id, key_column, date_column, columns,
  item_count, excluded_count, digest, seed_random, seed, seed_hash, frozen_by,
  frozen_at, created_by, created_at)
select bench.id(1, f), bench.id(11, n), bench.id(5, e), bench.id(7, n), 'All occurrences in the period', 'Ticketing system',
  'project = OPS and closed between period start and period end', 'period=2025', timestamptz '2025-07-02 08:00Z', 'Administrator of the ticketing system',
  'Count agreed to the dashboard of the source.', 'Ten rows traced to their tickets.', 'FROZEN', bench.id(20, n), '2025-01-01', '2025-12-31', '2025-01-01', '2025-12-31', '2025-07-01',
  bench.id(23, n), 'key', 'closed_on', '{key,closed_on,requested_by,decided_by,summary}', 2400, 0,
  encode(sha256(('digest' || n)::bytea), 'hex'), bench.random(n), bench.seed(n), encode(sha256(bench.seed(n)::bytea), 'hex'), bench.id(4, f * 1000 + 6 + place % 3), timestamptz '2025-07-03 08:00Z',
  bench.id(4, f * 1000 + 6 + place % 3), timestamptz '2025-07-02 08:00Z'
from bench.control;

-- One procedure for each control, two for each other one; those of every third control are being performed.
create table bench.procedure as
select f, e, place, k, p, n * 10 + p as n, p = 1 or k % 6 > 0 as sampled,
  (array['IN_PROGRESS', 'PREPARED', 'REVIEWED'])[1 + k % 3] as state, case when k % 3 = 0 then 1 else 1 + (k % 2 + p) % 2 end as attributes,
  case when k % 3 = 0 then 50 else 25 + bench.throw(n * 10 + p, 36) end as size
from bench.control, generate_series(1, 2 - k % 2) p;

insert into procedure (firm_id, id, engagement_id, control_id, ref, methods, aspects, objective, steps, assignee_id, state, outcome, persons_asked,
  prepared_by, created_by, created_at)
select bench.id(1, f), bench.id(9, n), bench.id(5, e), bench.id(7, n / 10), 'T-' || lpad(k::text, 2, '0') || '.' || p,
  array[case when sampled then (array['INSPECTION', 'REPERFORMANCE'])[p] else 'INQUIRY' end], array['OPERATION'],
  'To see whether the control operated as described throughout the period.',
  'Take the sample; obtain for each item the record of the decision; compare who asked and who decided; look for the date.',
  bench.id(4, f * 1000 + 9 + place % 4), state, case when state <> 'IN_PROGRESS' then case when k % 2 = 0 then 'EXCEPTIONS' else 'NO_EXCEPTIONS' end end,
  case when sampled then null else 'The head of the department and two of the team' end,
  case when state <> 'IN_PROGRESS' then bench.id(4, f * 1000 + 9 + place % 4) end, bench.id(4, f * 1000 + 4 + place % 2), timestamptz '2025-06-01 08:00Z'
from bench.procedure;

insert into sign_off (firm_id, id, engagement_id, procedure_id, level, member_id, content_digest, created_by, created_at)
select bench.id(1, f), bench.id(19, n * 10 + s.o), bench.id(5, e), bench.id(9, n), s.level, bench.id(4, f * 1000 + s.who),
  encode(sha256(('signed' || n)::bytea), 'hex'), bench.id(4, f * 1000 + s.who), timestamptz '2025-10-01 08:00Z'
from bench.procedure, lateral (values (1, 'PREPARER', 9 + place % 4, 'PREPARED'), (2, 'REVIEWER', 6 + place % 3, 'REVIEWED')) s (o, level, who, reached)
where state = s.reached or state = 'REVIEWED';

insert into attribute (firm_id, id, engagement_id, procedure_id, letter, description, created_by, created_at)
select bench.id(1, f), bench.id(10, n * 10 + a), bench.id(5, e), bench.id(9, n), chr(64 + a),
  (array['It was decided by somebody entitled to, other than who asked.', 'It was decided before it took effect.'])[a],
  bench.id(4, f * 1000 + 4 + place % 2), timestamptz '2025-06-01 08:00Z'
from bench.procedure, generate_series(1, attributes) a where sampled;

-- Items: one in a hundred deviates, some lack evidence; where the procedure is under way, 25 of 50 are outstanding.
insert into sample_item (firm_id, id, engagement_id, sample_id, position, ordinal, item_key, occurred_on, cells, rank, drawn_as, outcome, created_by, created_at)
select bench.id(1, f), bench.id(13, n * 100 + i), bench.id(5, e), bench.id(12, n), i, i * 40, 'CHG-' || n || '-' || i,
  date '2025-01-01' + bench.throw(n * 100 + i, 365),
  array['CHG-' || n || '-' || i, (date '2025-01-01' + bench.throw(n * 100 + i, 365))::text, 'requester ' || bench.throw(n + i, 900),
    'approver ' || bench.throw(n - i, 90), 'Adjusts the limits of the service'],
  encode(sha256(('rank' || n || i)::bytea), 'hex'), 'INITIAL',
  case when state = 'IN_PROGRESS' and i > 25 then null when d < 10 then 'DEVIATION' when d < 13 then 'UNABLE_TO_TEST' else 'NO_DEVIATION' end,
  bench.id(4, f * 1000 + 6 + place % 3), timestamptz '2025-07-05 08:00Z'
from bench.procedure, generate_series(1, size) i, bench.throw(n * 100 + i + 5, 1000) d
where sampled;

insert into result (firm_id, id, engagement_id, procedure_id, sample_id, sample_item_id, attribute_id, outcome, note, recorded_by, recorded_at, created_by, created_at)
select bench.id(1, f), bench.id(14, (n * 100 + i)::bigint * 10 + a), bench.id(5, e), bench.id(9, n), bench.id(12, n), bench.id(13, n * 100 + i), bench.id(10, n * 10 + a),
  case when a = 2 or d >= 13 then 'NO_DEVIATION' when d < 10 then 'DEVIATION' else 'UNABLE_TO_TEST' end,
  case when a = 1 and d < 10 then 'No decision is on record before the change took effect.' when a = 1 and d < 13 then 'The record could not be produced.'
    when d % 5 = 0 then 'Seen in the ticket and in the log of the deployment.' end,
  bench.id(4, f * 1000 + 9 + (place + d) % 2), timestamptz '2025-08-01 08:00Z' + make_interval(mins => d), bench.id(4, f * 1000 + 9 + (place + d) % 2),
  timestamptz '2025-08-01 08:00Z' + make_interval(mins => d)
from bench.procedure, generate_series(1, case when state = 'IN_PROGRESS' then 25 else size end) i, bench.throw(n * 100 + i + 5, 1000) d,
  generate_series(1, attributes) a
where sampled;

insert into sample (firm_id, id, engagement_id, procedure_id, population_id, basis, method, risk, confidence_bp, tolerable_rate_bp, recommended_size, size,
  sampling_table_id, whole_size, accepted_deviation_count, algorithm, algorithm_version, seed, parameters, population_digest, population_size, is_statistical, item_count, tested_count,
  deviation_count, no_deviation_count, unable_to_test_count, created_by, created_at)
select bench.id(1, f), bench.id(12, n), bench.id(5, e), bench.id(9, n), bench.id(11, n / 10), 'FREQUENCY_TABLE', 'RANDOM', 'LOW', 9000, 1000, size, size,
  bench.id(30, f), size, 0, 'hash-rank', 1, bench.seed(n / 10),
  json_build_object('draws', array[size], 'stratumColumn', null, 'stages', '{}'::text[], 'extensions', '{}'::text[])::text,
  encode(sha256(('digest' || n / 10)::bytea), 'hex'), 2400, true, size, c.tested, c.deviating + c.unable, c.tested - c.deviating - c.unable, c.unable,
  bench.id(4, f * 1000 + 6 + place % 3), timestamptz '2025-07-05 08:00Z'
from bench.procedure, lateral (
  select count(*) as tested, count(*) filter (where d < 10) as deviating, count(*) filter (where d between 10 and 12) as unable
  from generate_series(1, case when state = 'IN_PROGRESS' then 25 else size end) i, bench.throw(n * 100 + i + 5, 1000) d) c
where sampled;

-- An exception for each other control, of every state, with every kind of answer.
create table bench.exception as
select f, e, c, place, k, k / 2 as number, n * 10 + 1 as procedure,
  case when k / 2 % 15 = 7 then 'WITHDRAWN' else (array['DRAFT', 'CONFIRMED', 'COMMUNICATED', 'COMMUNICATED', 'CONCLUDED'])[1 + k / 2 % 5] end as state, n
from bench.control where k % 2 = 0;

insert into exception (firm_id, id, engagement_id, client_id, number, control_id, procedure_id, kind, category, cause, state, title, criteria_codes, control_ref,
  expected_operation, condition, tested_count, deviation_count, deviating_items, deviated_on, potential_impact, section_four_text, author_ids,
  confirmed_by, confirmed_at, communicated_by, communicated_at, response_due_on, concluded_at, withdrawn_reason, withdrawn_by, withdrawn_at, created_by, created_at)
select x.firm, bench.id(15, e * 100 + number), bench.id(5, e), bench.id(2, f * 100 + c), number, bench.id(7, n), bench.id(9, procedure), 'OPERATING_DEVIATION',
  (array['OPERATING_INEFFECTIVENESS', 'POLICY_NON_COMPLIANCE', 'INSUFFICIENT_DOCUMENTATION'])[1 + k % 3],
  (array['HUMAN_ERROR', 'TRAINING', 'TOOLING'])[1 + k % 3], b.state, 'Some occurrences took effect before they were decided on (' || k || ')',
  array(select criterion_code from control_criterion m where m.firm_id = x.firm and m.control_id = bench.id(7, n) order by 1),
  (select ref from control t where t.firm_id = x.firm and t.id = bench.id(7, n)),
  'Each occurrence is decided on before it takes effect, by somebody other than who asked for it.',
  'Of the items tested, some took effect before a decision was on record; in each case it was recorded within a week.', s.tested_count, s.deviation_count,
  array(select item_key from sample_item i where i.firm_id = x.firm and i.sample_id = s.id and i.outcome in ('DEVIATION', 'UNABLE_TO_TEST') order by position),
  array(select distinct occurred_on::text from sample_item i where i.firm_id = x.firm and i.sample_id = s.id and i.outcome in ('DEVIATION', 'UNABLE_TO_TEST') and occurred_on is not null order by 1),
  'An act could have taken effect without the agreement of a person entitled to give it.',
  'Exceptions noted. Of ' || s.tested_count || ' items tested, ' || s.deviation_count || ' took effect before a decision was on record.', array[x.author],
  case when b.state not in ('DRAFT', 'WITHDRAWN') then x.manager end, case when b.state not in ('DRAFT', 'WITHDRAWN') then timestamptz '2025-11-02 08:00Z' end,
  case when b.state in ('COMMUNICATED', 'CONCLUDED') then x.manager end,
  case when b.state in ('COMMUNICATED', 'CONCLUDED') then timestamptz '2025-11-03 08:00Z' + make_interval(mins => k) end,
  case when b.state in ('COMMUNICATED', 'CONCLUDED') then date '2025-11-24' end, case when b.state = 'CONCLUDED' then timestamptz '2025-11-20 08:00Z' end,
  case when b.state = 'WITHDRAWN' then 'The records were found.' end, case when b.state = 'WITHDRAWN' then x.manager end,
  case when b.state = 'WITHDRAWN' then timestamptz '2025-11-05 08:00Z' end, x.author, timestamptz '2025-11-01 08:00Z'
from bench.exception b cross join lateral (select bench.id(1, f) as firm, bench.id(4, f * 1000 + 9 + place % 4) as author, bench.id(4, f * 1000 + 4 + place % 2) as manager) x
join sample s on s.firm_id = x.firm and s.id = bench.id(12, procedure);

insert into exception_deviation (firm_id, id, engagement_id, exception_id, result_id, created_by, created_at)
select r.firm_id, bench.id(16, row_number() over (order by r.id)), r.engagement_id, bench.id(15, b.e * 100 + b.number), r.id, r.created_by, timestamptz '2025-11-01 08:00Z'
from bench.exception b join result r on r.firm_id = bench.id(1, b.f) and r.sample_id = bench.id(12, b.procedure) where r.outcome in ('DEVIATION', 'UNABLE_TO_TEST');

-- Of those communicated a third is not answered yet, a third is drafted, a third submitted; the concluded ones are all accepted.
insert into management_response (firm_id, id, engagement_id, client_id, exception_id, state, position, acknowledgement, root_cause_category, root_cause, remediation,
  responsible, target_on, prevention_of_recurrence, drafted_by, submitted_number, created_by, created_at)
select bench.id(1, f), bench.id(17, e * 100 + number), bench.id(5, e), bench.id(2, f * 100 + c), bench.id(15, e * 100 + number), answer, 'AGREE',
  'Management agrees with the facts as they are described.', 'HUMAN_ERROR',
  'The step that asks for a decision could be passed over where a deployment was repeated within the hour.',
  '[{"action": "The step is made mandatory for repeated deployments.", "owner": "Head of platform", "dueOn": "2026-01-31", "done": false}]',
  'Head of platform', '2026-01-31', 'The deployment stops where no decision is on record.', bench.id(4, f * 1000 + 51 + 2 * c),
  case when answer in ('SUBMITTED', 'ACCEPTED') then 1 end, bench.id(4, f * 1000 + 51 + 2 * c), timestamptz '2025-11-10 08:00Z'
from (select *, case when state = 'CONCLUDED' then 'ACCEPTED' when state = 'COMMUNICATED' then (array[null, 'DRAFT', 'SUBMITTED'])[1 + number % 3] end as answer
  from bench.exception) b
where answer is not null;

insert into response_version (firm_id, id, engagement_id, client_id, response_id, number, content, sha256, submitted_by, created_by, created_at)
select firm_id, bench.id(18, row_number() over (order by id)), engagement_id, client_id, id, 1, jsonb_build_object('position', position, 'acknowledgement', acknowledgement,
    'rootCauseCategory', root_cause_category, 'rootCause', root_cause, 'remediation', remediation, 'responsible', responsible, 'targetOn', target_on,
    'preventionOfRecurrence', prevention_of_recurrence, 'declinedReason', null, 'evidence', jsonb_build_array()),
  -- Over the content as JSON, keys sorted and no white space, as the service computes it.
  encode(sha256(convert_to(concat('{"acknowledgement":', to_json(acknowledgement), ',"declinedReason":null,"evidence":[],"position":', to_json(position), ',"preventionOfRecurrence":',
    to_json(prevention_of_recurrence), ',"remediation":[{"action":', remediation -> 0 -> 'action', ',"done":', remediation -> 0 -> 'done', ',"dueOn":',
    remediation -> 0 -> 'dueOn', ',"owner":', remediation -> 0 -> 'owner', '}],"responsible":', to_json(responsible), ',"rootCause":', to_json(root_cause),
    ',"rootCauseCategory":', to_json(root_cause_category), ',"targetOn":"', target_on, '"}'), 'UTF8')), 'hex'), drafted_by, drafted_by, timestamptz '2025-11-12 08:00Z'
from management_response where submitted_number = 1;

drop schema bench cascade;
