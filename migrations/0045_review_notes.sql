-- What a reviewer wants answered of a working paper, by whom, and what was done about it.
create table review_note (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  node_type text not null,
  node_id uuid not null,
  -- The procedure that the paper belongs to, and the control; null where it belongs to none.
  procedure_id uuid,
  control_id uuid,
  text text not null,
  assignee_id uuid,
  state text not null check (state in ('OPEN', 'ADDRESSED', 'CLEARED')),
  addressed_note text,
  addressed_by uuid,
  addressed_at timestamptz,
  reopened_reason text,
  settled_by uuid,
  settled_at timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, procedure_id) references procedure (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  foreign key (firm_id, assignee_id) references member (firm_id, id),
  constraint review_note_addressed check (num_nulls(addressed_note, addressed_by, addressed_at) = case when state = 'OPEN' then 3 else 0 end),
  constraint review_note_cleared check (num_nulls(settled_by, settled_at) in (0, 2) and (state <> 'CLEARED' or settled_by is not null)),
  constraint review_note_by_another check (state <> 'CLEARED' or settled_by <> addressed_by)
);
create index review_note_of_engagement on review_note (firm_id, engagement_id, id);
create index review_note_not_cleared on review_note (firm_id, engagement_id) where state <> 'CLEARED';
create index review_note_of_node on review_note (firm_id, node_id);
create index review_note_of_procedure on review_note (firm_id, procedure_id);
select wall('review_note', 'firm'), changeable('review_note');
