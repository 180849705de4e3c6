// The database or the server goes away under a page: the page says so, keeps what was typed, and goes on by itself.
// shows: K8
// needs: own-server
// timeout: 10m
import { assert, checkLooks, engine, hub, people, postgres, serve, test, told, until, visit } from './support.mjs';

const { project, server: first } = await hub();
let server = first;
const GONE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|ERR_HTTP_RESPONSE|ERR_NETWORK_CHANGED|ERR_SOCKET/;

async function typed(page) {
  await page.getByLabel('Password of now').fill(people.super.password);
  await page.getByLabel('New password', { exact: true }).fill('another-password-1');
  await page.getByLabel('New password, once more').fill('another-password-1');
}

test('the server is restarted under a page', async () => {
  const page = await visit(server, { path: '/account', who: people.super });
  page.allow(GONE);
  await page.getByText('this one').waitFor();
  await typed(page);
  await server.stop();
  await page.getByRole('button', { name: 'Change the password' }).click();
  const banner = page.locator('.banner', { hasText: 'The server does not answer.' });
  await banner.waitFor();
  await checkLooks(page, 'server-lost');
  server = await serve(project, { port: server.port });
  await banner.waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('New password', { exact: true }).inputValue(), 'another-password-1', 'what was typed is there');
  // The session stands in the database, and so outlives the server.
  await page.getByText('this one').waitFor();
  await page.reload();
  await page.getByText('this one').waitFor();
});

test('PostgreSQL is stopped under a page, and started again', { skip: engine === 'sqlite' && 'an SQLite database is a file' }, async () => {
  const page = await visit(server, { path: '/account', who: people.super });
  page.allow(GONE);
  await page.getByText('this one').waitFor();
  await typed(page);
  await postgres.stop();
  await page.getByRole('button', { name: 'Change the password' }).click();
  const banner = page.locator('.banner', { hasText: 'The database does not answer.' });
  await banner.waitFor();
  await checkLooks(page, 'database-lost');
  await postgres.start();
  await banner.waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('New password', { exact: true }).inputValue(), 'another-password-1');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await told(page, 'Your password is changed');
});

test('a start while the database is away opens no setup: nobody knows whether it was done', { skip: engine === 'sqlite' && 'an SQLite database is a file' }, async () => {
  await postgres.stop();
  const other = await serve(project, { args: ['--wait', '1s'] });
  const answer = await fetch(`${other.url}/api/v1/setup`);
  assert.equal(answer.status, 503);
  assert.equal((await answer.json()).error.code, 'BED0509');
  assert.ok(!other.log().includes('works once'));
  const page = await visit(other, { path: '/setup' });
  page.allow(GONE);
  await page.getByText('is not known yet').waitFor();
  await checkLooks(page, 'setup-unknown');
  await postgres.start();
  await page.getByRole('heading', { name: 'is set up' }).waitFor();
  await page.close();
  await other.stop();
});

test('a page that is asked for while the database is away comes when it is back', { skip: engine === 'sqlite' && 'an SQLite database is a file' }, async () => {
  const page = await visit(server, { path: '/account', who: { ...people.super, password: 'another-password-1' } });
  page.allow(GONE);
  await page.getByText('this one').waitFor();
  await postgres.stop();
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 503, 'the server knows');
  // What it remembers of sessions is five seconds old at most.
  await until(async () => (await page.evaluate(() => fetch('/api/v1/status').then((answer) => answer.status))) === 503, 'the session cannot be looked up');
  await page.reload();
  await page.locator('h1, .banner').first().waitFor();
  await postgres.start();
  await page.getByText('this one').waitFor();
});
