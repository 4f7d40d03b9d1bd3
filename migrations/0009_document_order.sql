-- Of several documents of a kind the one recorded last counts. An id says when the service believed it was, and the clocks
-- of two services differ; this says which came after which.
alter table engagement_document add column number integer;

-- What was recorded before this migration, numbered once. Row-level security holds for the owner too, and so does the guard
-- against changes; here the owner speaks for every firm.
alter table engagement_document no force row level security;
alter table engagement_document disable trigger written_once;
update engagement_document d set number = n.number
from (
  select firm_id, id, row_number() over (partition by firm_id, engagement_id order by id) as number from engagement_document
) n where n.firm_id = d.firm_id and n.id = d.id;
alter table engagement_document enable trigger written_once;
alter table engagement_document force row level security;

alter table engagement_document
  alter column number set not null,
  add constraint engagement_document_number unique (firm_id, engagement_id, number);
