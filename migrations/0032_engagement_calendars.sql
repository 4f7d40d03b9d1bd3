-- The calendar that an engagement uses: the client's as it was when the first list of the engagement was imported, or its fieldwork
-- ended; and what the engagement partner changed of it from then on. The last one is in force.
create table engagement_calendar (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  number integer not null check (number >= 1),
  time_zone text not null,
  weekend_days text[] not null check (weekend_days <@ array['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']),
  -- [{ fallsOn, name }], by day.
  holidays jsonb not null check (jsonb_typeof(holidays) = 'array'),
  reason text,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint engagement_calendar_once unique (firm_id, engagement_id, number),
  constraint engagement_calendar_changed_on_papers check (number = 1 or (reason is not null and cardinality(rests_on_ids) > 0))
);
select wall('engagement_calendar', 'firm'), written_once('engagement_calendar');
