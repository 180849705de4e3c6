// Overview, runs and migrations: the state, what to do next, starting `up` and watching it, timelines, SQL, verification.
// shows: D10, B1
// timeout: 10m
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, assert, bedstone, checkLooks, hub, people, sql, test, until, visit } from './support.mjs';

const { project, server } = await hub();
const file = (name) => join(project.root, name);

test('the overview says what the database is, and that nothing is to be done', async () => {
  // The server is among the programs that use the settings a moment after it listens.
  const member = await api(server, people.member);
  await until(async () => (await member.get('status')).database.lifecycle === 'RUNNING', 'the application is running');
  const page = await visit(server, { who: people.member });
  await page.getByText('Nothing. The schema is current').waitFor();
  assert.match(await page.getByRole('listitem').filter({ hasText: /^Running$/ }).getAttribute('aria-current'), /step/);
  await page.getByText('bedstone serve').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Run up' }).count(), 0, 'members start nothing');
  await checkLooks(page, 'overview');
});

test('a pending migration is told, applied from here, and watched', async () => {
  const member = await visit(server, { path: '/migrations?view=pending', who: people.member });
  await member.getByText('Nothing is pending.').waitFor();
  writeFileSync(file('migrations/20270101000000_notes.sql'), '-- Notes of people.\nCREATE TABLE notes (\n  id integer PRIMARY KEY, -- a number\n  body text NOT NULL DEFAULT \'none\'\n);\n-- bedstone:down\nDROP TABLE notes;\n');
  // The page finds out by itself, whenever the state is read again: every half a minute, and after checks.
  const admin = await api(server, people.admin);
  const link = member.getByRole('link', { name: '20270101000000' });
  await until(async () => {
    await admin.send('POST', 'health', {});
    return (await link.count()) > 0;
  }, 'the pending migration is shown');
  await link.click();
  await member.getByText('applies it.').waitFor();
  await member.locator('.sql-word', { hasText: 'CREATE' }).first().waitFor();
  await checkLooks(member, 'migration');
  const page = await visit(server, { who: people.super });
  await page.getByText('1 migration is pending.').waitFor();
  await checkLooks(page, 'overview-pending');
  // The run may be over before the request that starts it is answered.
  await page.route('**/api/v1/up', async (route) => {
    const response = await route.fetch();
    await page.getByText(/^Done/).waitFor();
    await route.fulfill({ response });
  });
  await page.getByRole('button', { name: 'Run up' }).click();
  const answered = page.waitForResponse('**/api/v1/up');
  await page.getByRole('dialog').getByRole('button', { name: 'Run up' }).click();
  await answered;
  await page.getByText(/^Done: \d+ steps? in/).waitFor();
  await page.getByText('Nothing. The schema is current').waitFor();
  await checkLooks(page, 'overview-done');
  assert.equal(sql(project, 'select count(*) from notes'), '0');
  await page.getByRole('link', { name: 'Look at the run' }).click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  await page.getByText('20270101000000_notes').first().waitFor();
  await checkLooks(page, 'run');
});

test('runs are filtered by how they ended, and a failed one says what failed', async () => {
  writeFileSync(file('seeds/95-wrong.yaml'), 'table: tools\nkey: name\nrows:\n  - {name: x, no_such_column: 1}\n');
  assert.throws(() => bedstone(project, 'seed', 'wrong'));
  rmSync(file('seeds/95-wrong.yaml'));
  const page = await visit(server, { path: '/runs', who: people.admin });
  await page.getByLabel('Result').selectOption('failed');
  await until(async () => (await page.getByRole('row').count()) === 2, 'one run failed');
  await checkLooks(page, 'runs');
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'What failed' }).waitFor();
  await page.getByText(/no_such_column/).first().waitFor();
  await checkLooks(page, 'run-failed');
  await page.goto(`${server.url}/runs/nonsense`);
  await page.getByText('no run has an id that begins with nonsense').waitFor();
});

test('files, history and schema are verified, and what differs is shown', async () => {
  const page = await visit(server, { path: '/migrations', who: people.member });
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('All agree.').waitFor();
  await checkLooks(page, 'migrations');
  sql(project, 'alter table notes add column stray text');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByRole('cell', { name: 'notes.stray' }).waitFor();
  await checkLooks(page, 'migrations-drift');
  const overview = await visit(server, { who: people.member });
  await overview.getByText(/The schema differs from what was recorded/).waitFor();
  const notes = file('migrations/20270101000000_notes.sql');
  writeFileSync(notes, readFileSync(notes, 'utf8').replace("'none'", "'nothing'"));
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('changed', { exact: true }).first().waitFor();
});
