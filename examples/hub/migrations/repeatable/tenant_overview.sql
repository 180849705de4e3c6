-- How many people and documents each active tenant has.

drop view if exists tenant_overview;

create view tenant_overview as
select
  t.id,
  t.slug,
  t.name,
  (select count(*) from tenant_members m where m.tenant_id = t.id) as members,
  (select count(*) from documents d where d.tenant_id = t.id) as documents
from tenants t
where t.active;
