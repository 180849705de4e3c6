-- Runs again whenever this text changes. Both engines understand it as it stands.

drop view if exists active_accounts;

create view active_accounts as
select id, email, name, created_at
from accounts
where active;
