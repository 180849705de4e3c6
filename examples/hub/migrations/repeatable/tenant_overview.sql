-- How many people each active tenant has.

drop view if exists tenant_overview;

create view tenant_overview as
select
  t.id,
  t.slug,
  t.name,
  count(m.account_id) as members
from tenants t
left join tenant_members m on m.tenant_id = t.id
where t.active
group by t.id, t.slug, t.name;
