// Signing in and out with WorkOS AuthKit, as a person does it; what AuthKit answers is tests/server/workos_mock.py.
// shows: B9
// timeout: 10m
import { spawn } from 'node:child_process';
import { after } from 'node:test';
import { join } from 'node:path';
import { assert, bedstone, checkLooks, makeProject, people, repository, serve, sql, test, told, until, visit } from './support.mjs';

const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const mock = await startMock();
const project = makeProject({ env: { BEDSTONE_KEY: KEY, WORKOS_API_KEY: 'sk_canary_key' } });
bedstone(project, 'up', '--create');
bedstone(
  project, 'config', 'setup', '--mode', 'workos', '--admin', people.super.email, '--secret', 'workos_api_key', '--set', 'workos_client_id=client_01TEST',
  '--set', 'workos_authkit_domain=auth.example.com', '--set', `workos_base_url=${mock}`,
);
const server = await serve(project);

async function startMock() {
  const child = spawn('python3', [join(repository, 'tests/server/workos_mock.py')], { stdio: ['ignore', 'pipe', 'inherit'] });
  after(() => child.kill());
  for await (const text of child.stdout) return /mock (\S+)/.exec(text)[1];
  throw new Error('the mock said nothing');
}

async function behave(options) {
  const answer = await fetch(`${mock}/mock`, { method: 'POST', body: JSON.stringify(options) });
  assert.equal(answer.status, 200);
}

/** A page on which the way to AuthKit and back is no defect. */
async function visitBy(path) {
  const page = await visit(server, { path: '/sign-in' });
  page.allow(new RegExp(`a request leaves the machine: ${mock}/`));
  await page.goto(`${server.url}${path}`);
  return page;
}

test('who is sent to WorkOS comes back signed in, to where they wanted to go, and leaves both', async () => {
  await behave({});
  const page = await visitBy('/account?x=1');
  await page.getByRole('link', { name: 'Continue with WorkOS' }).click();
  await page.getByRole('heading', { name: 'Account' }).waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/account?x=1');
  await page.getByText('WorkOS', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('link', { name: 'Continue with WorkOS' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  const told = await (await fetch(`${mock}/mock`)).json();
  assert.equal(told.asked.logout, 1);
});

test('who has no account is told so, on a page that everybody can read', async () => {
  await behave({ user: { id: 'user_01', email: 'stranger@example.com', email_verified: true } });
  const page = await visitBy('/sign-in');
  await page.getByRole('link', { name: 'Continue with WorkOS' }).click();
  await page.getByRole('heading', { name: 'Signing in failed' }).waitFor();
  await page.getByText('there is no account for stranger@example.com here').waitFor();
  await checkLooks(page, 'workos-failed');
  await behave({ user: { id: 'user_01', email: 'ben@example.com', email_verified: true } });
  assert.equal(await page.getByRole('link', { name: 'Sign in again' }).getAttribute('href'), '/api/v1/sign-in/workos');
  await page.goto(`${server.url}/account`);
  await page.getByRole('link', { name: 'Continue with WorkOS' }).click();
  await page.getByText('ben@example.com').first().waitFor();
});

test('a session that ends over an unsaved form: WorkOS is asked in another window, and nothing that was typed is lost', async () => {
  await behave({ user: { id: 'user_02', email: people.super.email, email_verified: true } });
  const page = await visitBy('/settings');
  await page.getByRole('link', { name: 'Continue with WorkOS' }).click();
  const port = page.getByLabel('port', { exact: true });
  await port.fill('9007');
  sql(project, `delete from ${project.database.startsWith('sqlite') ? 'bedstone_sessions' : 'bedstone.sessions'}`);
  await until(async () => (await page.evaluate(() => fetch('/api/v1/status').then((answer) => answer.status))) === 401, 'the session is over');
  await page.getByRole('button', { name: 'Review' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  await checkLooks(page, 'workos-ended');
  await dialog.getByRole('button', { name: 'I have signed in' }).click();
  await dialog.getByText('You are not signed in yet.').waitFor();

  const [other] = await Promise.all([page.waitForEvent('popup'), dialog.getByRole('link', { name: 'Continue with WorkOS' }).click()]);
  await other.getByRole('heading', { name: 'Overview' }).waitFor();
  await other.close();
  await page.bringToFront();
  // As when a person comes back to the window.
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await port.inputValue(), '9007');
  // What was asked for goes on.
  const plan = page.getByRole('dialog');
  await plan.getByText('9007').first().waitFor();
  await plan.getByRole('button', { name: 'Save' }).click();
  await told(page, /Saved, as revision/);
  assert.equal(JSON.parse(bedstone(project, 'config', 'get', 'port', '--json')).value, '9007');

  // Somebody else sees nothing of it, and is not asked either.
  page.on('dialog', (asked) => {
    page.problems.push(`the page asks: ${asked.message()}`);
    asked.dismiss();
  });
  await port.fill('9008');
  sql(project, `delete from ${project.database.startsWith('sqlite') ? 'bedstone_sessions' : 'bedstone.sessions'}`);
  await until(async () => (await page.evaluate(() => fetch('/api/v1/status').then((answer) => answer.status))) === 401, 'the session is over again');
  await page.getByRole('button', { name: 'Review' }).click();
  await dialog.waitFor();
  await behave({ user: { id: 'user_01', email: people.member.email, email_verified: true } });
  const [third] = await Promise.all([page.waitForEvent('popup'), dialog.getByRole('link', { name: 'Continue with WorkOS' }).click()]);
  await third.getByRole('heading', { name: 'Overview' }).waitFor();
  await third.close();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await until(() => new URL(page.url()).pathname === '/', 'the page is a new one');
  await page.getByText('Ben Example').first().waitFor();
});
