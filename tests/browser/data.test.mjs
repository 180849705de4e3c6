// Tables that seed sets fill: whose rows are whose, what differs, what was removed; guarded tables; secrets.
// shows: D10, D9
// timeout: 3m
import { assert, checkLooks, hub, makeProject, bedstone, serve, people, sql, test, until, visit } from './support.mjs';

const { project, server } = await hub();

test('the tables say how many rows are whose, and lead to them', async () => {
  sql(project, "update tools set description = 'changed by hand' where id = (select min(id) from tools)");
  sql(project, 'delete from schemas where id = (select min(id) from schemas)');
  const page = await visit(server, { path: '/data', who: people.member });
  const line = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'tools', exact: true }) });
  await line.getByRole('link', { name: '1 edited in tools' }).waitFor();
  await page.getByRole('link', { name: '1 removed in schemas' }).waitFor();
  await checkLooks(page, 'data');
  await line.getByRole('link', { name: '1 edited in tools' }).click();
  await page.getByRole('heading', { name: '1 row' }).waitFor();
  await checkLooks(page, 'table');
});

test('differences are shown value by value, and removed rows by their key', async () => {
  const page = await visit(server, { path: '/data/tools?view=differences', who: people.member });
  await page.getByText('changed by hand').waitFor();
  await checkLooks(page, 'table-differences');
  await page.goto(`${server.url}/data/schemas`);
  await page.getByRole('tab', { name: 'Removed' }).click();
  await page.getByText('They stay deleted.').waitFor();
  await checkLooks(page, 'table-removed');
});

test('secrets are masked, and accounts are for super admins', async () => {
  const page = await visit(server, { path: '/data/accounts', who: people.admin });
  await page.getByRole('button', { name: people.super.email }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add a row' }).count(), 0);
  await page.getByLabel('All columns').check();
  await page.getByText('********').first().waitFor();
  assert.ok(!(await page.content()).includes('$argon2id$'));
  await page.getByRole('button', { name: people.super.email }).first().click();
  await page.getByRole('dialog').getByText('set, and not shown').first().waitFor();
  await checkLooks(page, 'table-accounts');
});

test('a table of another project is paged, sorted and filtered the same way', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => `  - {code: c${String(index).padStart(2, '0')}, kind: ${index % 2 ? 'odd' : 'even'}, at: 2026-01-0${(index % 9) + 1}}`).join('\n');
  const parts = project.database.startsWith('sqlite') ? 'sqlite:other.db' : project.database;
  const other = makeProject({
    folder: 'other', database: parts,
    files: {
      'bedstone.yaml': `version: 1\nname: parts${project.database.startsWith('sqlite') ? '' : '\ndatabase: {schema: other}'}\n`,
      'settings.yaml': 'settings:\n  super_admin_emails: {type: list, items: email, default: [ada@example.com]}\n',
      'migrations/1_all.sql': "CREATE TABLE accounts (id integer PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, password_local text, active boolean NOT NULL DEFAULT true);\nCREATE TABLE parts (code text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('odd', 'even')), at date);\n",
      'seeds/1-accounts.yaml': 'table: accounts\nkey: email\nrows:\n  - {id: 1, email: ada@example.com, name: Ada, password_local: {password: {env: SAMPLE_PASSWORD}}}\n',
      'seeds/2-parts.yaml': `table: parts\nkey: code\nrows:\n${rows}\n`,
    },
  });
  bedstone(other, 'up', '--create');
  const second = await serve(other);
  const page = await visit(second, { path: '/data/parts', who: people.super });
  await page.getByText('1–25 of 60').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Models' }).count(), 0, 'there is no table of models here');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('26–50 of 60').waitFor();
  await page.goBack();
  await page.getByText('1–25 of 60').waitFor();
  await page.getByLabel('Kind').selectOption('odd');
  await page.getByText('1–25 of 30').waitFor();
  await page.getByRole('button', { name: 'c01', exact: true }).click();
  await page.getByRole('dialog').getByLabel('At').fill('not a date');
  if (!project.database.startsWith('sqlite')) {
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('At must be of the type date').waitFor();
  }
  await page.getByRole('dialog').getByLabel('At').fill('2030-12-31');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await until(() => sql(other, `select at from ${project.database.startsWith('sqlite') ? '' : 'other.'}parts where code = 'c01'`) === '2030-12-31', 'it is written');
  await page.close();
  await second.stop();
});
