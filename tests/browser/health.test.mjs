// The page Health: what fails and how it is mended, what was found over time, checks that are run on the spot.
// shows: D10
// timeout: 10m
import { api, assert, checkLooks, hub, people, sql, test, told, until, visit } from './support.mjs';

const { project, server } = await hub();

test('all is well, and each check says what it saw', async () => {
  const page = await visit(server, { path: '/health', who: people.super });
  await page.locator('[data-check="schema"]').waitFor();
  await checkLooks(page, 'health');
  await page.getByLabel('Search checks').fill('schema');
  await page.locator('[data-check="connection"]').waitFor({ state: 'detached' });
  await page.getByLabel('Search checks').fill('');
  await page.getByRole('button', { name: 'Run all checks' }).click();
  await told(page, /checks in .* s:/);
  await page.locator('[data-check="integrity"]').waitFor();
});

test('a check that fails comes first, with what mends it, and the history tells when', async () => {
  sql(project, 'alter table llm_models drop column timeout');
  const page = await visit(server, { path: '/health', who: people.admin });
  await page.getByRole('button', { name: 'Run now' }).click();
  const finding = page.locator('[data-check="schema"]');
  await finding.getByText('fails', { exact: true }).waitFor();
  assert.equal(await page.locator('.finding').first().getAttribute('data-check'), 'schema');
  const command = await finding.locator('pre').innerText();
  assert.match(command, /^bedstone /);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  // It says so for a moment only.
  await Promise.all([finding.getByText('Copied').waitFor(), finding.getByRole('button', { name: 'Copy' }).click()]);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), command);
  await checkLooks(page, 'health-failing');

  await page.getByRole('tab', { name: 'Over time' }).click();
  await page.getByRole('heading', { name: 'Schema integrity' }).waitFor();
  await page.getByRole('img', { name: /^schema: of \d+ spans of time [1-9]\d* with failures/ }).first().waitFor();
  await checkLooks(page, 'health-history');
  await page.getByRole('button', { name: 'schema', exact: true }).click();
  await page.getByRole('img', { name: /Mean duration of schema/ }).waitFor();
  await checkLooks(page, 'health-check');
  await page.getByRole('dialog').getByLabel('How far back').selectOption('1h');
  await page.getByRole('dialog').getByText('What changed').waitFor();
});

test('what another check finds is there without a reload', async () => {
  const page = await visit(server, { path: '/health?view=history&past=1h', who: people.member });
  await page.getByRole('img', { name: /^schema: / }).first().waitFor();
  const before = await page.getByRole('img', { name: /^schema: / }).first().locator('rect.bad title').allTextContents();
  const admin = await api(server, people.super);
  await admin.send('POST', 'health', { checks: ['schema'] });
  await admin.send('POST', 'health', { checks: ['schema'] });
  await until(async () => {
    const now = await page.getByRole('img', { name: /^schema: / }).first().locator('rect.bad title').allTextContents();
    return now.join() !== before.join();
  }, 'the plot counts more failures');
});

test('members see all of it and run nothing', async () => {
  const page = await visit(server, { path: '/health', who: people.member });
  await page.locator('[data-check="schema"]').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Run/ }).count(), 0);
  await page.getByLabel('Which checks').selectOption('fail');
  await page.locator('.finding.pass').first().waitFor({ state: 'detached' });
  assert.ok((await page.locator('.finding.fail').count()) > 0);
  await page.getByRole('button', { name: 'History of schema' }).click();
  await page.getByRole('dialog').getByText('Did not fail').waitFor();
});
