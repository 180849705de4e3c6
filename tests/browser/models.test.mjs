// The Model Manager: listing, filtering, adding, editing, disabling, values that do not fit, two people and one row, members.
// shows: A14, K4, D9
// timeout: 10m
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { api, assert, bedstone, checkLooks, hub, people, sql, test, told, until, visit } from './support.mjs';

const { project, server } = await hub();
const models = () => Number(sql(project, 'select count(*) from llm_models'));
const one = (column, name) => sql(project, `select ${column} from llm_models where name = '${name}'`);
const first = sql(project, 'select name from llm_models order by id limit 1');
const dialog = (page) => page.getByRole('dialog');
const rowOf = (page, name) => page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });

async function manager(who = people.super, more = {}) {
  const page = await visit(server, { path: '/models', who, ...more });
  await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
  await page.getByRole('button', { name: first, exact: true }).waitFor();
  return page;
}

test('the seeded models are there after signing in, and are known as ours', async () => {
  const page = await visit(server, { path: '/sign-in' });
  await page.getByLabel('Email').fill(people.super.email);
  await page.getByLabel('Password').fill(people.super.password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Models' }).click();
  await rowOf(page, first).waitFor();
  assert.equal(await page.getByRole('row').count(), models() + 1);
  assert.match(await rowOf(page, first).innerText(), /ours/);
  assert.match(await rowOf(page, first).innerText(), /admin@example\.com/, 'accounts are called by their address');
  await checkLooks(page, 'models');
});

test('they are searched, filtered, and sorted, and the address remembers it', async () => {
  const page = await manager();
  const provider = sql(project, `select provider from llm_models where name = '${first}'`);
  await page.getByLabel('Provider').selectOption(provider);
  const wanted = Number(sql(project, `select count(*) from llm_models where provider = '${provider}'`));
  await page.getByRole('heading', { name: new RegExp(`^${wanted} models?$`) }).waitFor();
  await page.getByLabel('Search').fill('no such thing');
  await page.getByText('No such model.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByRole('heading', { name: new RegExp(`^${models()} models$`) }).waitFor();
  await page.getByRole('button', { name: 'Name' }).click();
  await page.locator('th[aria-sort="ascending"]', { hasText: 'Name' }).waitFor();
  await page.getByRole('button', { name: 'Name' }).click();
  const last = sql(project, 'select name from llm_models order by name desc limit 1');
  await until(async () => (await page.getByRole('row').nth(1).innerText()).startsWith(last), 'they are sorted downwards');
  assert.match(page.url(), /sort=name&desc=true/);
  await page.reload();
  await until(async () => (await page.getByRole('row').nth(1).innerText()).startsWith(last), 'still after loading the page again');
});

test('one is added, after what does not fit was told at its fields', async () => {
  const page = await manager();
  await page.getByRole('button', { name: 'Add a model' }).click();
  // The schema of the seed set allows these.
  assert.deepEqual((await dialog(page).getByLabel('Provider').locator('option').allTextContents()).slice(1), ['ollama', 'openai', 'deepinfra']);
  await dialog(page).getByLabel('Temperature').fill('3');
  await dialog(page).getByLabel('Max tokens').fill('many');
  await dialog(page).getByRole('button', { name: 'Add' }).click();
  await dialog(page).getByText('Temperature must be at most 2').waitFor();
  await dialog(page).getByText('Max tokens must be a whole number').waitFor();
  await dialog(page).getByText('Name needs a value').waitFor();
  assert.equal(await dialog(page).getByLabel('Temperature').getAttribute('aria-invalid'), 'true');
  await checkLooks(page, 'models-refused');
  await dialog(page).getByLabel('Account').selectOption({ label: people.super.email });
  await dialog(page).getByLabel('Provider').selectOption('openai');
  await dialog(page).getByLabel('Model').fill('own-1');
  await dialog(page).getByLabel(/^Name/).fill('My own');
  await dialog(page).getByLabel('Temperature').fill('0.25');
  await dialog(page).getByLabel('Max tokens').fill('4096');
  await dialog(page).getByRole('button', { name: 'Add' }).click();
  await told(page, 'The model was added');
  await page.getByLabel('Origin').selectOption('own');
  await rowOf(page, 'My own').waitFor();
  assert.equal(one('max_tokens', 'My own'), '4096');
  const id = Number(one('id', 'My own'));
  const other = await api(server, people.super);
  await assert.rejects(other.send('PATCH', 'tables/llm_models', { key: { id }, values: { provider: 'nobody' } }), /422.*provider must be one of ollama, openai, deepinfra.*"field": ?"provider"/s);
  assert.equal(one('provider', 'My own'), 'openai');
  assert.match(await rowOf(page, 'My own').innerText(), /own/);
  await page.getByRole('button', { name: 'My own' }).click();
  await dialog(page).getByLabel('Model').fill('');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page).getByText('Model must not be empty').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('button', { name: 'My own' }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete My own?' }).getByRole('button', { name: 'Delete', exact: true }).click();
  await told(page, 'My own was deleted');
  assert.equal(one('count(*)', 'My own'), '0');
});

test('one is edited, and the page says what our file says and what is stored', async () => {
  const page = await manager();
  const before = one('max_tokens', first);
  await page.getByRole('button', { name: first, exact: true }).click();
  await dialog(page).getByLabel('Max tokens').fill('1234');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await told(page, `${first} was saved`);
  await rowOf(page, first).getByText('edited').waitFor();
  assert.equal(one('max_tokens', first), '1234');
  await page.getByRole('button', { name: first, exact: true }).click();
  const stored = dialog(page).getByRole('row').filter({ hasText: 'max_tokens' });
  await stored.waitFor();
  assert.match(await stored.innerText(), new RegExp(`1234\\s+${before}`));
  await checkLooks(page, 'models-edited');
  // The seed set keeps it.
  bedstone(project, 'up');
  assert.equal(one('max_tokens', first), '1234');
});

test('one is disabled and enabled again', async () => {
  const page = await manager();
  const off = () => ['f', '0'].includes(one('active', first));
  const control = page.getByRole('switch', { name: `${first} is enabled` });
  await control.click();
  await told(page, `${first} is disabled`);
  assert.ok(off());
  await until(async () => (await control.getAttribute('aria-checked')) === 'false', 'it shows that it is off');
  await control.press('Space');
  await told(page, `${first} is enabled`);
  assert.ok(!off());
});

test('two people edit the same row: the second sees theirs and mine, and chooses', async () => {
  const page = await manager();
  await page.getByRole('button', { name: first, exact: true }).click();
  await dialog(page).getByLabel('Temperature').fill('1.5');
  await dialog(page).getByLabel('Timeout').fill('77');
  const other = await api(server, people.admin);
  const { rows } = await other.get(`tables/llm_models?filter=${encodeURIComponent(JSON.stringify({ name: first }))}`);
  await other.send('PATCH', 'tables/llm_models', { key: { id: rows[0].id }, values: { temperature: 0.5, max_tokens: 555 } });
  await dialog(page).getByText('admin@example.com changed this row just now.').waitFor();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  const conflict = page.getByRole('dialog', { name: 'Somebody else changed this row' });
  await conflict.getByText('admin@example.com changed the row meanwhile').waitFor();
  assert.equal(one('temperature', first), '0.5', 'nothing was written');
  await checkLooks(page, 'models-conflict');
  await conflict.getByRole('radio', { name: 'Yours: 1.5' }).check();
  await conflict.getByRole('button', { name: 'Save' }).click();
  await told(page, `${first} was saved`);
  assert.deepEqual([one('temperature', first), one('timeout', first), one('max_tokens', first)], ['1.5', '77', '555']);
});

test('a row that goes while it is edited is told to be gone', async () => {
  const other = await api(server, people.super);
  const account = sql(project, `select id from accounts where email = '${people.super.email}'`);
  await other.send('POST', 'tables/llm_models', { values: { account_id: account, provider: 'openai', model_identifier: 'short', name: 'Short-lived' } });
  const page = await manager();
  await page.getByRole('button', { name: 'Short-lived' }).click();
  await dialog(page).getByLabel('Timeout').fill('5');
  sql(project, "delete from llm_models where name = 'Short-lived'");
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  const gone = page.getByRole('dialog', { name: 'The row is gone' });
  await gone.getByRole('button', { name: 'Close' }).last().click();
  await until(async () => (await page.getByRole('button', { name: 'Short-lived' }).count()) === 0, 'the list is new');
});

test('what another person does is seen without asking', async () => {
  const page = await manager();
  const other = await api(server, people.admin);
  const { rows } = await other.get(`tables/llm_models?filter=${encodeURIComponent(JSON.stringify({ name: first }))}`);
  await other.send('PATCH', 'tables/llm_models', { key: { id: rows[0].id }, values: { timeout: 99 } });
  await rowOf(page, first).getByText('99').waitFor();
});

test('members look at everything and find no button that does nothing', async () => {
  const page = await manager(people.member);
  assert.equal(await page.getByRole('button', { name: 'Add a model' }).count(), 0);
  assert.equal(await page.getByRole('switch').count(), 0);
  await page.getByRole('button', { name: first, exact: true }).click();
  await dialog(page).getByLabel('Temperature').waitFor();
  assert.equal(await dialog(page).getByLabel('Temperature').getAttribute('readonly'), 'true');
  for (const name of ['Save', 'Delete']) assert.equal(await dialog(page).getByRole('button', { name }).count(), 0);
  await checkLooks(page, 'models-member');
});

test('where there are none, the page says which file would bring them', async () => {
  rmSync(join(project.root, 'config/defaults.yaml'));
  sql(project, 'delete from llm_models');
  const page = await visit(server, { path: '/models', who: people.member });
  await page.getByText('There is no model yet.').waitFor();
  await page.getByText('config/defaults.yaml, which does not exist').waitFor();
  await checkLooks(page, 'models-none');
});
