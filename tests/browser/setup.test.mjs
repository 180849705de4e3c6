// The setup wizard: from the token to the console; what it refuses, what it keeps, and that it is done once.
// shows: A14, B1, B8, K4, K6, K8, PR6
// timeout: 10m
import { assert, bedstone, checkLooks, makeProject, otherDatabase, serve, sql, test, until, visit } from './support.mjs';

const EVE = { email: 'eve@example.com', password: 'the-first-password' };
const next = (page) => page.getByRole('button', { name: 'Next' }).click();
const at = (page, title) => page.getByRole('heading', { name: title, exact: true, level: 2 }).waitFor();

async function goTo(page, title) {
  await next(page);
  await at(page, title);
}

async function enter(page, server) {
  await page.getByLabel('Setup token').fill(await server.token());
  await page.keyboard.press('Enter');
  await at(page, 'Database');
}

async function fillAdmin(page, who = EVE) {
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Name').fill('Eve');
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByLabel('Password, once more').fill(who.password);
}

test('every page leads to the setup; a wrong token opens nothing, and the interface answers for itself', async () => {
  const server = await serve(makeProject({ folder: 'first', database: otherDatabase('first') }));
  const page = await visit(server, { path: '/runs/7?x=1' });
  await page.getByLabel('Setup token').waitFor();
  assert.equal(new URL(page.url()).pathname, '/setup');
  await checkLooks(page, 'setup-token');
  await page.getByLabel('Setup token').fill('x'.repeat(43));
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('the setup token is wrong').waitFor();
  await page.getByText('BED1030').waitFor();
  const answer = await fetch(`${server.url}/api/v1/status`);
  assert.equal(answer.status, 401);
  for (const path of ['setup/form', 'setup/events']) {
    const refused = await fetch(`${server.url}/api/v1/${path}`);
    assert.equal((await refused.json()).error.code, 'BED1030', path);
  }
  await server.stop();
});

test('a person sets the hub up: each step, what is wrong in it, the plan, and into the console', async () => {
  const project = makeProject({ folder: 'whole' });
  const server = await serve(project);
  const page = await visit(server, { path: '/' });
  await enter(page, server);
  await page.getByText('7 applied, 0 pending').waitFor();
  await checkLooks(page, 'setup-database');
  await goTo(page, 'Signing in');
  await next(page);
  await page.getByText('Choose one of them.').waitFor();
  await page.getByLabel('With WorkOS').check();
  await page.getByLabel('WorkOS API key').fill('canary-api-key');
  await checkLooks(page, 'setup-mode-workos');
  await page.getByLabel('With passwords').check();
  await page.getByLabel('WorkOS API key').waitFor({ state: 'detached' });
  await goTo(page, 'First admin');

  await next(page);
  await page.getByText('An address, as ada@example.com.').waitFor();
  await fillAdmin(page, { email: EVE.email, password: 'eve@example.com' });
  await next(page);
  // The server's own rule: not the address itself.
  await page.locator('.field.wrong', { hasText: 'Password' }).waitFor();
  await fillAdmin(page);
  await checkLooks(page, 'setup-admin');
  await goTo(page, 'Network');

  await page.getByLabel('Port').fill('99999');
  await next(page);
  await page.getByText('port is out of bounds').waitFor();
  await until(() => page.evaluate(() => document.activeElement.name === 'port'), 'the wrong field has the focus');
  await checkLooks(page, 'setup-network-wrong');
  await page.getByLabel('Port').fill('9000');
  await goTo(page, 'Security');
  await page.getByLabel('Allowed origins').fill('https://app.example\nhttps://two.example');
  await page.getByLabel('Enable HSTS').check();
  await checkLooks(page, 'setup-security');
  await goTo(page, 'Application');
  await goTo(page, 'Server');
  await goTo(page, 'Data');
  await page.getByText('are loaded already').waitFor();
  await checkLooks(page, 'setup-data');
  await goTo(page, 'Review');
  await page.getByText('Nothing has been changed yet').waitFor();
  for (const text of ['9000', '["https://app.example","https://two.example"]', 'local', '["eve@example.com"]']) {
    await page.locator('code', { hasText: text }).first().waitFor();
  }
  await checkLooks(page, 'setup-review');
  assert.equal(JSON.parse(bedstone(project, 'config', 'get', 'app_mode', '--json')).value, 'unconfigured');
  await page.getByRole('button', { name: 'Set up hub' }).click();
  await page.getByRole('heading', { name: 'hub is set up' }).waitFor();
  await checkLooks(page, 'setup-done');
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'nothing of it is left in the browser');
  await page.getByRole('button', { name: 'Open the console' }).click();
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await page.getByText('Super admin: does everything').waitFor();

  const status = JSON.parse(bedstone(project, 'status', '--json'));
  assert.equal(status.lifecycle, 'RUNNING');
  assert.equal(JSON.parse(bedstone(project, 'config', 'get', 'port', '--json')).value, '9000');
  assert.equal(JSON.parse(bedstone(project, 'config', 'get', 'enable_hsts', '--json')).value, 'true');
  const later = await visit(server, { path: '/setup' });
  await later.getByText('The setup is done once').waitFor();
  await checkLooks(later, 'setup-closed');
  // For good: not even a new start opens it.
  await server.stop();
  const again = await serve(project);
  assert.equal((await (await fetch(`${again.url}/api/v1/setup`)).json()).open, false);
  assert.ok(!again.log().includes('works once'));
  assert.ok(!server.log().includes(EVE.password) && !server.log().includes('canary-api-key'));
  await again.stop();
});

test('what was typed survives a reload and a new start of the server, secrets do not', async () => {
  // What variables said at the first start stands there, and what a variable pins cannot be typed over.
  const project = makeProject({ folder: 'kept', database: otherDatabase('kept'), env: { PORT: '9100', DATABASE_PATH: 'data/pinned.db' } });
  let server = await serve(project);
  const page = await visit(server);
  await enter(page, server);
  await goTo(page, 'Signing in');
  await page.getByLabel('With passwords').check();
  await goTo(page, 'First admin');
  await fillAdmin(page);
  await goTo(page, 'Network');
  assert.equal(await page.getByLabel('Port').inputValue(), '9100');
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage) + JSON.stringify(localStorage));
  assert.ok(kept.includes(EVE.email));
  assert.ok(!kept.includes(EVE.password) && !kept.includes(await server.token()), 'no secret is kept');

  const { port } = server;
  page.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/);
  await server.stop();
  await next(page);
  await page.locator('.banner', { hasText: 'The server does not answer.' }).waitFor();
  server = await serve(project, { port });
  await page.locator('.banner').waitFor({ state: 'detached' });
  await next(page);
  await page.getByText('The server was started anew').waitFor();
  await page.getByLabel('Setup token').fill(await server.token());
  await page.keyboard.press('Enter');
  await at(page, 'Database');
  await page.reload();
  await enter(page, server);
  await goTo(page, 'Signing in');
  assert.ok(await page.getByLabel('With passwords').isChecked());
  await goTo(page, 'First admin');
  assert.equal(await page.getByLabel('Email').inputValue(), EVE.email);
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '');
  await fillAdmin(page);
  for (const title of ['Network', 'Security', 'Application']) await goTo(page, title);
  await page.getByText('The variable DATABASE_PATH says so').waitFor();
  assert.ok(!(await page.getByLabel('Database path').isEditable()));
  assert.equal(await page.getByLabel('Database path').inputValue(), 'data/pinned.db');
  // What was imported goes when its field is emptied, and the default counts.
  await page.getByRole('button', { name: 'Network' }).click();
  await at(page, 'Network');
  await page.getByLabel('Port').fill('');
  for (const title of ['Security', 'Application', 'Server', 'Data', 'Review']) await goTo(page, title);
  const line = page.getByRole('row').filter({ has: page.getByText('port', { exact: true }) });
  await line.getByText('taken away').waitFor();
  await line.getByText('9100').waitFor();
  await page.getByRole('button', { name: 'Set up hub' }).click();
  await page.getByRole('heading', { name: 'hub is set up' }).waitFor();
  assert.equal(JSON.parse(bedstone(project, 'config', 'get', 'port', '--json')).value, '8884');
  await server.stop();
});

test('two people at once: the second is told who was first, while they type and when they apply', async () => {
  const project = makeProject({ folder: 'two', database: otherDatabase('two') });
  const server = await serve(project);
  const body = {
    mode: 'local', admins: ['eve@example.com'], account: { email: 'eve@example.com', name: 'Eve', password: EVE.password },
  };
  const headers = { 'Bedstone-Setup-Token': await server.token(), 'Content-Type': 'application/json' };
  const post = (one) => fetch(`${server.url}/api/v1/setup`, { method: 'POST', headers, body: JSON.stringify(one) });

  // Whoever is refused learns of which field, without reading sentences.
  const blamed = async (one) => (await (await post({ ...body, dry_run: true, ...one })).json()).errors.map((error) => error.setting ?? error.field);
  assert.deepEqual((await blamed({ values: { port: 99999, enable_hsts: 'perhaps' } })).sort(), ['enable_hsts', 'port']);
  assert.deepEqual(await blamed({ unset: ['no_such_setting'] }), ['no_such_setting']);
  assert.deepEqual(await blamed({ mode: 'everybody' }), ['app_mode']);
  assert.deepEqual(await blamed({ account: { ...body.account, password: 'short' } }), ['account.password']);
  assert.deepEqual(await blamed({ account: { ...body.account, email: 'nobody' } }), ['account.email']);

  const page = await visit(server);
  await enter(page, server);
  await goTo(page, 'Signing in');
  await page.getByLabel('With passwords').check();
  // Several at the same moment: one does it, and no other leaves an account behind.
  const others = [1, 2, 3, 4].map((number) => ({ ...body, admins: [`mallory${number}@example.com`], account: { ...body.account, email: `mallory${number}@example.com` } }));
  const answers = await Promise.all([post(body), ...others.map(post)]);
  assert.deepEqual(answers.map((one) => one.status).sort(), [200, 410, 410, 410, 410]);
  const refused = await answers.find((one) => one.status === 410).json();
  assert.match(refused.error.cause, /@example\.com did it, from 127\.0\.0\.1, at \d{4}-/);
  const made = sql(project, "select count(*) from accounts where email like 'mallory%' or email like 'eve@%'");
  assert.equal(made, '1', 'one account');

  await page.getByRole('heading', { name: 'It was set up meanwhile' }).waitFor();
  await page.getByText(/@example\.com did it, from 127\.0\.0\.1/).waitFor();
  await checkLooks(page, 'setup-meanwhile');
  // Who does not know the token learns nobody's name.
  assert.equal((await (await fetch(`${server.url}/api/v1/setup`)).json()).by, null);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Email').waitFor();
  await server.stop();
});

test('seed sets that wait are offered, loaded with progress, and what fails is told', async () => {
  const files = {
    'bedstone.yaml': 'version: 1\nname: shop\ndatabase: {url: "${DATABASE_URL}", create: true}\nseeds: {auto: false}\n',
    'settings.yaml': 'configured_when: {site_name: [corner, station]}\nsetup: {}\nsettings:\n  site_name: {type: enum, values: [none, corner, station], default: none}\n  motto: {type: string, required: true}\n',
    'migrations/1_goods.sql': 'CREATE TABLE goods (name text PRIMARY KEY, price integer NOT NULL);\n',
    'seeds/goods.yaml': 'table: goods\nkey: name\nrows:\n  - {name: apple, price: 3}\n  - {name: pear, price: 4}\n',
    'seeds/more.yaml': 'table: goods\nkey: name\nrows:\n  - {name: plum, price: 5}\n',
    'seeds/wrong.yaml': 'table: goods\nkey: name\nrows:\n  - {name: quince, price: null}\n',
  };
  const project = makeProject({ folder: 'shop', files, database: otherDatabase('shop') });
  const server = await serve(project);
  const page = await visit(server);
  await enter(page, server);
  // A tiny settings.yaml, without modes, people and groups: one step for its settings.
  await goTo(page, 'Settings');
  await page.getByLabel('Site name').selectOption('corner');
  await next(page);
  await page.locator('.field.wrong', { hasText: 'Motto' }).waitFor();
  await page.getByLabel('Motto').fill('fresh');
  await goTo(page, 'Data');
  await page.getByLabel('more').uncheck();
  await checkLooks(page, 'setup-seeds');
  await goTo(page, 'Review');
  await page.getByRole('button', { name: 'Set up shop' }).click();
  await page.getByRole('heading', { name: 'shop is set up' }).waitFor();
  await page.getByText('Some seed sets could not be loaded').waitFor();
  assert.equal(sql(project, 'select count(*) from goods'), '2');
  assert.equal(JSON.parse(bedstone(project, 'config', 'get', 'motto', '--json')).value, 'fresh');
  await server.stop();
});

test('with WorkOS: its credentials are needed, and its secrets are shown nowhere', async () => {
  const env = { BEDSTONE_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' };
  const project = makeProject({ folder: 'workos', database: otherDatabase('workos'), env });
  const server = await serve(project);
  const page = await visit(server);
  await enter(page, server);
  await goTo(page, 'Signing in');
  await page.getByLabel('With WorkOS').check();
  await next(page);
  await page.locator('.field.wrong', { hasText: 'WorkOS API key' }).waitFor();
  await page.getByLabel('WorkOS client ID').fill('client_01TEST');
  await page.getByLabel('WorkOS API key').fill('sk_canary_key');
  await page.getByLabel('WorkOS AuthKit domain').fill('auth.example.com');
  await goTo(page, 'First admin');
  assert.equal(await page.getByLabel('Password', { exact: true }).count(), 0);
  await page.getByLabel('Email').fill(EVE.email);
  for (const title of ['Network', 'Security', 'Application', 'Server', 'Data', 'Review']) await goTo(page, title);
  await page.getByText('Nothing has been changed yet').waitFor();
  assert.ok(!(await page.content()).includes('canary'));
  await page.getByRole('button', { name: 'Set up hub' }).click();
  await page.getByRole('heading', { name: 'hub is set up' }).waitFor();
  assert.ok(!(await page.content()).includes('canary'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Continue with WorkOS' }).waitFor();
  await checkLooks(page, 'sign-in-workos');
  assert.ok(!server.log().includes('canary'));
  await server.stop();
});

test('the whole way by keyboard', async () => {
  const project = makeProject({ folder: 'keys', database: otherDatabase('keys') });
  const server = await serve(project);
  const page = await visit(server);
  await page.getByLabel('Setup token').waitFor();
  const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.textContent.trim());
  /** The step is there, and the keyboard is at its beginning. */
  const stepAt = async (title) => {
    await at(page, title);
    await until(() => page.evaluate(() => document.activeElement.tagName === 'MAIN'), `the focus comes to ${title}`);
  };
  const tabTo = async (name) => {
    for (let i = 0; i < 40; i++) {
      if ((await focused()) === name) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not reach ${name}`);
  };
  await tabTo('token');
  await page.keyboard.type(await server.token());
  await page.keyboard.press('Enter');
  await at(page, 'Database');
  await tabTo('Next');
  await page.keyboard.press('Enter');
  await stepAt('Signing in');
  await tabTo('mode');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await stepAt('First admin');
  for (const [name, text] of [['email', EVE.email], ['name', 'Eve'], ['password', EVE.password], ['again', EVE.password]]) {
    await tabTo(name);
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  for (const title of ['Network', 'Security', 'Application', 'Server', 'Data']) {
    await stepAt(title);
    await tabTo('Next');
    await page.keyboard.press('Enter');
  }
  await stepAt('Review');
  await page.getByText('Nothing has been changed yet').waitFor();
  await tabTo('Set up hub');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'hub is set up' }).waitFor();
  await server.stop();
});
