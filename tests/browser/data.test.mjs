// Tables that seed sets fill: whose rows are whose, what differs, what was removed; guarded tables; secrets.
// shows: D10, D9, A14
// timeout: 10m
import { api, assert, checkLooks, hub, makeProject, bedstone, serve, people, sql, test, until, visit } from './support.mjs';

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

const sqlite = project.database.startsWith('sqlite');

/** A project of its own beside the hub: people, and one table. */
function makeOther(name, files) {
  return makeProject({
    folder: name, database: sqlite ? `sqlite:${name}.db` : project.database,
    files: {
      'bedstone.yaml': `version: 1\nname: ${name}${sqlite ? '' : `\ndatabase: {schema: ${name}}`}\n`,
      'settings.yaml': 'settings:\n  super_admin_emails: {type: list, items: email, default: [ada@example.com]}\n',
      'migrations/1_accounts.sql': 'CREATE TABLE accounts (id integer PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, password_local text, active boolean NOT NULL DEFAULT true);\n',
      'seeds/1-accounts.yaml': 'table: accounts\nkey: email\nrows:\n  - {id: 1, email: ada@example.com, name: Ada, password_local: {password: {env: SAMPLE_PASSWORD}}}\n',
      ...files,
    },
  });
}

const rows = Array.from({ length: 60 }, (_, index) => `  - {code: c${String(index).padStart(2, '0')}, kind: ${index % 2 ? 'odd' : 'even'}${index % 9 ? `, at: 2026-01-0${(index % 9) + 1}` : ''}}`).join('\n');
const parts = makeOther('other', {
  'migrations/2_parts.sql': "CREATE TABLE parts (code text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('odd', 'even')), at date, note text);\n",
  'seeds/2-parts.yaml': `table: parts\nkey: code\nschema:\n  properties:\n    note: {type: string, pattern: "^[a-z ]*$", maxLength: 20}\n    kind: {enum: [odd, even]}\nrows:\n${rows}\n`,
});

test('a table of another project is paged, sorted and filtered the same way', async () => {
  bedstone(parts, 'up', '--create');
  const second = await serve(parts);
  const page = await visit(second, { path: '/data/parts', who: people.super });
  await page.getByText('1–25 of 60').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Models' }).count(), 0, 'there is no table of models here');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('26–50 of 60').waitFor();
  await page.getByRole('button', { name: 'c25', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('51–60 of 60').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Next' }).isDisabled());
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.getByText('26–50 of 60').waitFor();
  await page.getByRole('button', { name: 'c25', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'c25', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.getByText('1–25 of 60').waitFor();
  await page.getByLabel('Kind').selectOption('odd');
  await page.getByText('1–25 of 30').waitFor();
  await page.getByRole('button', { name: 'c01', exact: true }).click();
  await page.getByRole('dialog').getByLabel('At').fill('not a date');
  if (!sqlite) {
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('At must be of the type date').waitFor();
  }
  await page.getByRole('dialog').getByLabel('At').fill('2030-12-31');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await until(() => sql(parts, `select at from ${sqlite ? '' : 'other.'}parts where code = 'c01'`) === '2030-12-31', 'it is written');

  // The schema of the set counts for people, too.
  const note = () => sql(parts, `select note from ${sqlite ? '' : 'other.'}parts where code = 'c03'`);
  await page.getByRole('button', { name: 'c03', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Note').fill('Not 1 small letter');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').locator('.field.wrong', { hasText: 'Note must match the regular expression ^[a-z ]*$' }).waitFor();
  assert.equal(note(), '');
  await checkLooks(page, 'table-schema');
  await page.getByRole('dialog').getByLabel('Note').fill('small letters');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await until(() => note() === 'small letters', 'it is written');
  await page.close();

  const admin = await api(second, people.super);
  for (const [values, field] of [[{ note: 'BIG' }, 'note'], [{ note: 'x'.repeat(21) }, 'note'], [{ kind: 'neither' }, 'kind'], [{ note: null }, 'note']]) {
    await assert.rejects(admin.send('PATCH', 'tables/parts', { key: { code: 'c03' }, values }), new RegExp(`422.*"field": ?"${field}"`), JSON.stringify(values));
  }
  await assert.rejects(admin.send('POST', 'tables/parts', { values: { code: 'new', kind: 'odd', note: 'UPPER' } }), /422.*"field": ?"note"/);
  assert.equal(note(), 'small letters');

  // From place to place every row comes once, in the order of the whole, and the same way back.
  for (const order of ['', 'kind', 'at', 'note']) {
    for (const descending of ['false', 'true']) {
      const of = (more) => admin.get(`tables/parts?order=${order}&descending=${descending}&${more}`);
      const whole = (await of('limit=500')).rows.map((row) => row.code);
      const there = [];
      const back = [];
      let last;
      for (let next = ''; next !== null && there.length < 100; next = last.next) {
        last = await of(`limit=7&after=${encodeURIComponent(next)}`);
        there.push(...last.rows.map((row) => row.code));
      }
      assert.deepEqual(there, whole, `by ${order}, descending ${descending}`);
      const tail = last.rows.length;
      for (let { previous } = last; previous !== null && back.length < 100; previous = last.previous) {
        last = await of(`limit=7&before=${encodeURIComponent(previous)}`);
        back.unshift(...last.rows.map((row) => row.code));
      }
      assert.deepEqual(back, whole.slice(0, -tail), `back by ${order}, descending ${descending}`);
    }
  }
  await assert.rejects(admin.get('tables/parts?after=nonsense'), /400.*after and before take what a page gave/);
  await second.stop();
});

test('half a million rows: pages stay quick, far away, too; what would take long ends and says so', async () => {
  const large = makeOther('large', {
    'migrations/2_numbers.sql': 'CREATE TABLE numbers (id integer PRIMARY KEY, name text NOT NULL, half integer);\n',
    'seeds/2-numbers.yaml': 'table: numbers\nkey: id\nrows:\n  - {id: 1, name: number 1}\n',
  });
  bedstone(large, 'up', '--create');
  sql(large, sqlite
    ? "with recursive n(i) as (select 2 union all select i + 1 from n where i < 500000) insert into numbers select i, 'number ' || i, i / 2 from n"
    : "insert into large.numbers select i, 'number ' || i, i / 2 from generate_series(2, 500000) as i; analyze large.numbers");
  const third = await serve(large);
  const page = await visit(third, { path: '/data/numbers', who: people.super });
  await page.getByText('1–25 of more than 100,000').waitFor();
  await page.getByRole('heading', { name: 'More than 100,000 rows' }).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'number 26', exact: true }).waitFor();
  await checkLooks(page, 'table-large');
  await page.getByLabel('Search').fill('number 499999');
  await page.getByRole('heading', { name: '1 row', exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Differences from the files' }).click();
  await page.getByText('so many rows are not compared here').waitFor();
  await page.getByText('bedstone seed diff').waitFor();

  const admin = await api(third, people.super);
  // The quickest of three: others may be at work on this machine.
  const took = async (path) => {
    const times = [];
    for (let i = 0; i < 3; i++) {
      const begun = performance.now();
      await admin.get(`tables/numbers?limit=25&${path}`);
      times.push(performance.now() - begun);
    }
    return Math.min(...times);
  };
  const far = await admin.get(`tables/numbers?limit=25&after=${encodeURIComponent('["499900"]')}`);
  assert.deepEqual([far.rows[0].id, far.rows.length, far.counted, far.total], [499901, 25, false, 100000]);
  const end = await admin.get(`tables/numbers?limit=25&after=${encodeURIComponent('["499990"]')}`);
  assert.deepEqual([end.rows.length, end.more, end.next], [10, false, null]);
  const times = { first: await took(''), far: await took(`after=${encodeURIComponent('["499900"]')}`), back: await took(`before=${encodeURIComponent('["499900"]')}`) };
  console.log(`pages of half a million rows, in ms: ${JSON.stringify(times)}; a search: ${Math.round(await took('search=number%20499999'))}`);
  for (const [name, ms] of Object.entries(times)) assert.ok(ms < 1000, `${name}: ${ms} ms`);
  await page.close();
  await third.stop();
});
