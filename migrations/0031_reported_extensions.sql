-- What an exception tells of its sample: by what it was extended, and what had been found before.
-- [{ kind, sizeBefore, sizeAfter, testedCountBefore, deviationCountBefore }] in their order.
alter table exception add column sample_extensions jsonb not null default '[]' check (jsonb_typeof(sample_extensions) = 'array');
