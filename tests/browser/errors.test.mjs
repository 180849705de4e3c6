// The page Errors: patterns after runs that failed, and how they were resolved; details for admins alone.
// shows: D9, D10
// timeout: 10m
import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assert, bedstone, checkLooks, hub, people, serve, test, visit } from './support.mjs';

const { project, server: first } = await hub();
await first.stop();
const broken = join(project.root, 'migrations/20270101000000_broken.sql');
const fails = () => assert.throws(() => bedstone(project, 'up'));
writeFileSync(broken, "INSERT INTO roles_missing (name) VALUES ('canary-value-in-a-statement');\n");
fails();
fails();
writeFileSync(broken, 'CREATE TABLE roles_missing (name text);\n');
bedstone(project, 'up');
const later = join(project.root, 'migrations/20270101000001_later.sql');
writeFileSync(later, 'SELECT * FROM nothing_of_that_name;\n');
fails();
rmSync(later);
const server = await serve(project);

test('patterns tell how often, since when, and what ended them', async () => {
  const page = await visit(server, { path: '/errors', who: people.super });
  await page.getByRole('heading', { name: 'By code' }).waitFor();
  await checkLooks(page, 'errors');
  const row = page.getByRole('row', { name: /roles_missing/ });
  assert.match(await row.innerText(), /\b2\b/);
  await row.getByText('resolved', { exact: true }).waitFor();
  await row.getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('How it was resolved').waitFor();
  await dialog.getByText('migrate 20270101000000_broken').waitFor();
  await dialog.locator('pre').getByText(/roles_missing/).waitFor();
  await checkLooks(page, 'errors-pattern');
  await dialog.getByRole('link').first().click();
  await page.waitForURL(/\/runs\//);
  await page.goBack();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });

  await page.getByLabel('Which errors').selectOption('open');
  await page.getByRole('row', { name: /roles_missing/ }).waitFor({ state: 'detached' });
  await page.getByLabel('Which errors').selectOption('');
  await page.getByLabel('Search errors').fill('roles_missing');
  await page.getByRole('row', { name: /nothing_of_that_name/ }).waitFor({ state: 'detached' });
});

test('members see what kind of error it was, and nothing that was in it', async () => {
  const page = await visit(server, { path: '/errors', who: people.member });
  await page.getByRole('heading', { name: 'Patterns' }).waitFor();
  const heard = [];
  // The stream of events has no end.
  page.on('response', (response) => /\/events(\?|$)/.test(response.url()) || heard.push(response.text().catch(() => '')));
  await page.reload();
  await page.locator('tbody').last().getByRole('button').first().click();
  await page.getByText('is for admins').waitFor();
  await checkLooks(page, 'errors-member');
  const text = (await page.content()) + (await Promise.all(heard)).join('');
  assert.ok(!text.includes('canary-value') && !text.includes('roles_missing'), 'details are in the page of a member');
});

test('where nothing failed the page says so', async () => {
  const page = await visit(server, { path: '/errors?past=1h', who: people.super });
  await page.getByRole('heading', { name: 'Patterns' }).waitFor();
  await page.getByLabel('Search errors').fill('nothing is like this');
  await page.getByText('No error is like that.').waitFor();
});
