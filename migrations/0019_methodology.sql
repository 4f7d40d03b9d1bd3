-- The risk of a control sets the size of its sample in the firm's table; what a row of the table accepts belongs to the sample.
alter table control add column risk text not null default 'MODERATE' check (risk in ('LOW', 'MODERATE', 'HIGH'));
alter table sample add column accepted_deviation_count integer check (accepted_deviation_count >= 0);
