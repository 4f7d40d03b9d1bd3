-- What is concluded on each criterion in scope: whether what it serves was achieved, over all controls that serve it.
create table criterion_conclusion (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  criterion_code text not null references criterion (code),
  design text not null check (design in ('ACHIEVED', 'NOT_ACHIEVED', 'UNABLE_TO_CONCLUDE')),
  -- Null in a Type 1.
  operation text check (operation in ('ACHIEVED', 'NOT_ACHIEVED', 'UNABLE_TO_CONCLUDE')),
  proposed_design text not null check (proposed_design in ('ACHIEVED', 'NOT_ACHIEVED', 'UNABLE_TO_CONCLUDE')),
  proposed_operation text check (proposed_operation in ('ACHIEVED', 'NOT_ACHIEVED', 'UNABLE_TO_CONCLUDE')),
  -- Null where it was concluded with others, as proposed.
  rationale text,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  other_ground text,
  -- SHA-256 over what it was concluded on: when that changes, the conclusion is stale.
  facts_digest text not null check (facts_digest ~ '^[0-9a-f]{64}$'),
  concluded_by uuid not null,
  concluded_at timestamptz not null,
  -- When its outcome was changed last, and from what.
  outcome_changed_at timestamptz,
  changed_from jsonb,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint criterion_changed_from check ((outcome_changed_at is null) = (changed_from is null)),
  constraint criterion_concluded_once unique (firm_id, engagement_id, criterion_code),
  constraint criterion_concluded_on_same check ((operation is null) = (proposed_operation is null)),
  -- Operation is at least as modified as design, or another ground says why not.
  constraint criterion_other_ground check ((other_ground is not null) = (design <> 'ACHIEVED' and operation is not distinct from 'ACHIEVED')),
  constraint criterion_differing_argued check (
    design = proposed_design and operation is not distinct from proposed_operation or rationale is not null and cardinality(rests_on_ids) > 0)
);
select wall('criterion_conclusion', 'firm'), changeable('criterion_conclusion');
