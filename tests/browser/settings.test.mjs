// The page Settings: edited, refused field by field, saved as a plan, two people at once, secrets, history, export and import.
// shows: B11, B12, B13, B14, K4, K5, K6, PR6
// timeout: 10m
import { readFileSync } from 'node:fs';
import { api, assert, bedstone, checkLooks, makeProject, people, serve, sql, test, told, until, visit } from './support.mjs';

// `database_path` is pinned by a variable.
const project = makeProject({ env: { DATABASE_PATH: 'elsewhere/hub.db' } });
bedstone(project, 'up', '--create');
bedstone(project, 'config', 'setup', '--mode', 'local', '--admin', people.super.email);
const server = await serve(project, { args: ['--trusted-proxy', '127.0.0.0/8'] });
const CANARY = 'canary-workos-key-8311';

const value = async (name) => (await (await api(server, people.super)).get('config')).settings.find((one) => one.name === name).value;
const settingOf = (page, name) => page.locator(`[data-setting="${name}"]`);

async function open(who, path = '/settings', more = {}) {
  const page = await visit(server, { path, who, ...more });
  await settingOf(page, 'port').waitFor({ state: 'attached' });
  return page;
}

async function save(page) {
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await told(page, /Saved, as revision/);
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
}

test('settings are found, changed as a plan, and the change is in the history', async () => {
  const page = await open(people.super);
  await checkLooks(page, 'settings');
  await page.getByLabel('Search settings').fill('hsts');
  await settingOf(page, 'port').waitFor({ state: 'detached' });
  await page.getByLabel('Search settings').fill('');
  await page.getByLabel('port', { exact: true }).fill('9000');
  await settingOf(page, 'enable_hsts').getByRole('checkbox').check();
  await settingOf(page, 'allowed_origins').getByRole('textbox').fill('https://app.example');
  await page.getByText('3 changes').waitFor();
  await page.getByRole('button', { name: 'Review' }).click();
  const plan = page.getByRole('dialog');
  await plan.getByText('from the next start on', { exact: true }).waitFor();
  assert.equal(await value('port'), '8884', 'a review saves nothing');
  await plan.getByLabel('Why').fill('a new address');
  await checkLooks(page, 'settings-review');
  await plan.getByRole('button', { name: 'Save' }).click();
  await told(page, /Saved, as revision/);
  assert.deepEqual([await value('port'), await value('enable_hsts'), await value('allowed_origins')], ['9000', 'true', '["https://app.example"]']);
  await page.getByText('Saved, and not in use yet').waitFor();

  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByText('a new address').first().waitFor();
  await checkLooks(page, 'settings-history');
  await page.goto(`${server.url}/settings`);
  await page.getByRole('button', { name: 'Explain port', exact: true }).click();
  await page.getByRole('dialog').getByText('a new address').first().waitFor();
  await checkLooks(page, 'settings-explain');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('CORS, HSTS and the report address count at once', async () => {
  const headers = async () => (await fetch(`${server.url}/livez`, { headers: { Origin: 'https://other.example' } })).headers;
  assert.equal((await headers()).get('access-control-allow-origin'), null);
  const page = await open(people.super);
  await page.getByRole('button', { name: 'Add an item to allowed_origins' }).click();
  await page.getByLabel('allowed_origins, item 2').fill('https://other.example');
  await page.getByLabel('csp_report_uri', { exact: true }).fill('https://reports.example/csp');
  await save(page);
  const now = await headers();
  assert.equal(now.get('access-control-allow-origin'), 'https://other.example');
  assert.match(now.get('content-security-policy'), /report-uri https:\/\/reports\.example\/csp$/);
  assert.equal(now.get('strict-transport-security'), null, 'over plain HTTP');
  await page.getByRole('button', { name: 'Reset csp_report_uri' }).click();
  await save(page);
  assert.doesNotMatch((await headers()).get('content-security-policy'), /report-uri/);
});

test('HSTS is sent over HTTPS from the moment when it is switched on, and no longer than that', async () => {
  // As a proxy that is trusted says.
  const hsts = async () => (await fetch(`${server.url}/livez`, { headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.9' } })).headers.get('strict-transport-security');
  assert.equal(await hsts(), 'max-age=31536000');
  const page = await open(people.super);
  await settingOf(page, 'enable_hsts').getByRole('checkbox').uncheck();
  await save(page);
  assert.equal(await hsts(), null);
});

test('what is refused is told at its field, all at once, and nothing is saved', async () => {
  const page = await open(people.super);
  const before = (await (await api(server, people.super)).get('config')).revision;
  await page.getByLabel('port', { exact: true }).fill('99999');
  await page.getByLabel('local_admin_email', { exact: true }).fill('nobody');
  await settingOf(page, 'app_mode').getByRole('combobox').selectOption('workos');
  await settingOf(page, 'port').locator('.error').waitFor();
  await settingOf(page, 'local_admin_email').locator('.error').waitFor();
  // Of what depends on the change, too.
  await settingOf(page, 'workos_client_id').locator('.error').waitFor();
  assert.equal(await page.getByLabel('port', { exact: true }).getAttribute('aria-invalid'), 'true');
  await checkLooks(page, 'settings-refused');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('dialog').getByText('BED0902').first().waitFor();
  assert.equal(await page.getByRole('dialog').getByRole('button', { name: 'Save' }).count(), 0);
  await page.getByRole('button', { name: 'Back' }).click();
  // Leaving asks first.
  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  assert.equal((await (await api(server, people.super)).get('config')).revision, before);
});

test('two people at once: the second is told who changed what, and chooses', async () => {
  const page = await open(people.super);
  await page.getByLabel('port', { exact: true }).fill('9001');
  await page.getByLabel('bind_address', { exact: true }).fill('127.0.0.2');
  const other = await api(server, people.super);
  const { revision } = await other.get('config');
  await other.send('PUT', 'config', { revision, set: { port: 9002, bind_address: '127.0.0.3' }, reason: 'theirs' });
  const notice = page.getByRole('region', { name: 'Changed meanwhile' });
  await notice.getByText('theirs').first().waitFor();
  await checkLooks(page, 'settings-conflict');
  assert.equal(await page.getByRole('button', { name: 'Review' }).isDisabled(), true);
  await notice.getByRole('button', { name: 'Keep mine: port' }).click();
  await notice.getByRole('button', { name: 'Take theirs: bind_address' }).click();
  await notice.waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('bind_address', { exact: true }).inputValue(), '127.0.0.3');
  await save(page);
  assert.deepEqual([await value('port'), await value('bind_address')], ['9001', '127.0.0.3']);
});

test('a change between the review and the saving is a conflict, too', async () => {
  const page = await visit(server, { path: null, who: people.super });
  // Whoever looks hears nothing of what others do.
  await page.route('**/api/v1/events*', (call) => call.abort());
  page.allow(/net::ERR_FAILED.*api\/v1\/events/);
  await page.goto(`${server.url}/settings`);
  await page.getByLabel('port', { exact: true }).fill('9003');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('dialog').getByLabel('Why').waitFor();
  bedstone(project, 'config', 'set', 'port', '9004');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const notice = page.getByRole('region', { name: 'Changed meanwhile' });
  await notice.waitFor();
  assert.equal(await value('port'), '9004');
  await notice.getByRole('button', { name: 'Take theirs: port' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
});

test('a secret is replaced, made and removed, and never shown', async () => {
  const page = await open(people.super);
  const heard = [];
  page.on('response', async (response) => {
    if (response.url().includes('/api/') && !/\/events(\?|$)/.test(response.url())) heard.push(response.text().catch(() => ''));
  });
  await page.getByRole('button', { name: 'Set workos_api_key' }).click();
  const field = page.getByLabel('workos_api_key', { exact: true });
  assert.equal(await field.getAttribute('type'), 'password');
  await field.fill(CANARY);
  await page.getByRole('button', { name: 'Generate workos_cookie_password' }).click();
  await save(page);
  await settingOf(page, 'workos_api_key').getByText('A secret is stored.').waitFor();
  await settingOf(page, 'workos_cookie_password').getByText('A secret is stored.').waitFor();

  // What screens show in its place is refused, whole or in part.
  for (const mask of ['********', 'canary-…8311', 'can•••8311']) {
    await page.getByRole('button', { name: 'Replace workos_api_key' }).click();
    await field.fill(mask);
    await settingOf(page, 'workos_api_key').getByText(/is a mask or encrypted/).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
  }
  await page.getByRole('button', { name: 'Explain workos_api_key' }).click();
  await page.getByRole('dialog').getByText('counts', { exact: true }).first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'History' }).click();
  await page.locator('.revisions').getByText('workos_api_key').first().waitFor();
  const dom = await page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((one) => one.value).join());
  assert.ok(!dom.includes(CANARY), 'the secret stands in the page');
  assert.ok(!(await Promise.all(heard)).join('').includes(CANARY), 'the secret stands in an answer');
  assert.ok(!sql(project, 'select config_value from system_config').includes(CANARY), 'the secret stands in the clear');
  assert.ok(!server.log().includes(CANARY), 'the secret stands in the log');
  assert.equal(bedstone(project, 'config', 'get', 'workos_api_key', '--reveal').trim(), CANARY, 'and yet it is stored');

  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Remove workos_api_key' }).click();
  await settingOf(page, 'workos_api_key').getByText('Will be removed.').waitFor();
  await save(page);
  await settingOf(page, 'workos_api_key').getByText('No secret is stored.').waitFor();
});

test('what a variable pins is shown locked, with the reason', async () => {
  const page = await open(people.super);
  const pinned = settingOf(page, 'database_path');
  await pinned.getByText('elsewhere/hub.db').waitFor();
  await pinned.getByText(/Pinned by the variable DATABASE_PATH/).waitFor();
  assert.equal(await pinned.locator('input, select, textarea').count(), 0);
});

test('going back to a revision shows what it changes before it does', async () => {
  bedstone(project, 'config', 'set', 'port', '9050');
  const page = await open(people.super, '/settings?view=history');
  const then = (await (await api(server, people.super)).get('config/history?name=port&limit=1')).entries[0].revision;
  bedstone(project, 'config', 'set', 'port', '9100');
  await page.getByRole('button', { name: `Go back to this: revision ${then}` }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('9100').first().waitFor();
  await checkLooks(page, 'settings-rollback');
  assert.equal(await value('port'), '9100');
  await dialog.getByRole('button', { name: 'Bring these values back' }).click();
  await told(page, /are back, as revision/);
  assert.equal(await value('port'), '9050');
});

test('an export comes back through a preview', async () => {
  const page = await open(people.super, '/settings?view=transfer');
  await checkLooks(page, 'settings-transfer');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
  const text = readFileSync(await file.path(), 'utf8');
  const document = JSON.parse(text);
  assert.equal(document.schema, 'bedstone.settings/1');
  assert.ok(!text.includes(CANARY));
  await page.getByText(/Not in the file: .*workos_cookie_password/).waitFor();
  document.values.port = 9200;
  await page.getByLabel('Or its text').fill(JSON.stringify(document));
  await page.getByRole('button', { name: 'Preview' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('9200').first().waitFor();
  await checkLooks(page, 'settings-import');
  assert.equal(await value('port'), '9050');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await told(page, /Imported, as revision/);
  assert.equal(await value('port'), '9200');

  document.values.port = 'many';
  await page.getByLabel('Or its text').fill(JSON.stringify(document));
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('dialog').getByText('BED0902').first().waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByLabel('Or its text').fill('no json');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('This is no JSON').waitFor();
});

test('a change elsewhere is there without a reload', async () => {
  const page = await open(people.member);
  await settingOf(page, 'port').getByText(await value('port'), { exact: true }).waitFor();
  bedstone(project, 'config', 'set', 'port', '9300');
  await settingOf(page, 'port').getByText('9300', { exact: true }).waitFor();
});

test('a secret that does not open is told, and can be replaced', async () => {
  bedstone(project, 'config', 'unset', 'workos_cookie_password');
  const admin = await api(server, people.super);
  await admin.send('PUT', 'config', { revision: (await admin.get('config')).revision, generate: ['workos_cookie_password'] });
  const before = sql(project, "select config_value from system_config where config_key = 'workos_cookie_password'");
  const damaged = before.slice(0, -4) + (before.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  sql(project, `update system_config set config_value = '${damaged}' where config_key = 'workos_cookie_password'`);
  const page = await open(people.super);
  await settingOf(page, 'workos_cookie_password').getByText('does not open', { exact: true }).waitFor();
  await page.getByText('A secret does not open here').waitFor();
  await checkLooks(page, 'settings-locked');
  await page.getByRole('button', { name: 'Generate workos_cookie_password' }).click();
  await save(page);
  await settingOf(page, 'workos_cookie_password').getByText('does not open', { exact: true }).waitFor({ state: 'detached' });
});

test('members look at everything, and nothing there could be clicked in vain', async () => {
  const page = await open(people.member);
  await checkLooks(page, 'settings-member');
  assert.equal(await page.locator('.setting input, .setting select, .setting textarea').count(), 0);
  assert.deepEqual([...new Set(await page.locator('.setting button').allTextContents())], ['Explain']);
  assert.equal(await page.getByRole('tab', { name: 'Export and import' }).count(), 0);
  await page.getByRole('tab', { name: 'History' }).click();
  await page.locator('.revisions li').first().waitFor();
  assert.equal(await page.getByRole('button', { name: /Go back to this/ }).count(), 0);
  await until(async () => (await page.getByText('hidden').count()) > 0, 'secrets in the history are hidden');
});
