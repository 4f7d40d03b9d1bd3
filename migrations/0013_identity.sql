-- Attempts at passwords are slowed by pauses rather than stopped by a count: see src/rules/sign-in-pauses.ts. `attempts` are
-- the failures that count until `window_ends_at`; `paused_until` is set for an account from one network. That an account
-- signed in from a network is a row of its own, without attempts. The columns stay as they were for the service of the
-- version before, which goes on serving during the migration.
alter table throttle add column paused_until timestamptz;

-- What a refresh token was changed into, for the seconds in which it may be presented again. Only the place of the new one:
-- its secret follows from the token presented and the service's own key, and is kept nowhere.
alter table session add column successor_id uuid;

-- Answers to acts of callers who were not signed in were kept under one name for all of them. They are kept by the secret that
-- the caller carries now, and nothing reads these any more.
set local app.realm = 'identity';
delete from idempotency where firm_id = '00000000-0000-0000-0000-000000000000' and scope = 'anonymous';
