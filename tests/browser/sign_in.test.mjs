// Signing in and out with passwords, the account, and sessions that end while something is typed.
// shows: A14, D9
// timeout: 10m
import { api, assert, checkLooks, hub, people, sleep, sql, test, told, until, visit } from './support.mjs';

const { project, server } = await hub();

const sessions = project.database.startsWith('sqlite') ? 'bedstone_sessions' : 'bedstone.sessions';
/** As if all sessions had been ended elsewhere; the server notices within its five seconds. */
const endSessions = () => sql(project, `delete from ${sessions}`);

async function signIn(page, { email, password }) {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('who is not signed in signs in first, and comes to where they wanted to go', async () => {
  const page = await visit(server, { path: '/account?x=1' });
  await page.getByLabel('Email').waitFor();
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  await checkLooks(page, 'sign-in');
  await page.getByLabel('Email').fill(people.super.email);
  await page.getByLabel('Password').fill(people.super.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Account' }).waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/account?x=1');
  assert.equal(await page.title(), 'Account · hub');
});

test('a link to the sign-in page leads to no other host', async () => {
  for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', '/sign-in', 'javascript:alert(1)']) {
    const page = await visit(server, { path: `/sign-in?to=${encodeURIComponent(to)}`, who: people.member });
    await until(() => new URL(page.url()).pathname !== '/sign-in', to);
    assert.equal(new URL(page.url()).origin, server.url, to);
    await page.close();
  }
});

test('a wrong password is said to be wrong, and what was typed as the address stays', async () => {
  const page = await visit(server, { path: '/sign-in' });
  await signIn(page, { email: 'cleo@example.com', password: 'not-the-password' });
  await page.getByText('BED1021').waitFor();
  await checkLooks(page, 'sign-in-wrong');
  assert.equal(await page.getByLabel('Email').inputValue(), 'cleo@example.com');
  assert.equal(await page.getByLabel('Password').inputValue(), '');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'password');
});

test('guesses are slowed down, kindly: it says how long, and goes on by itself', async () => {
  const page = await visit(server, { path: '/sign-in' });
  await page.getByLabel('Email').fill('user@example.com');
  await page.getByLabel('Password').fill('change-me-as-well');
  // Each pause is twice as long as the one before.
  for (let failed = 0; failed < 9;) {
    const answer = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: 'user@example.com', password: `guess number ${failed}` }),
    });
    if (answer.status === 401) failed++;
    else await sleep(1000 * Number(answer.headers.get('Retry-After')));
  }
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Too many attempts.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Sign in' }).isDisabled());
  await checkLooks(page, 'sign-in-slowed');
  await page.getByText('You can try again now.').waitFor();
  assert.equal(await page.getByLabel('Password').inputValue(), 'change-me-as-well', 'what was typed stays');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).first().waitFor();
});

test('the account: who one is, where one is signed in, and signing out everywhere', async () => {
  endSessions();
  const elsewhere = await visit(server, { path: '/account', who: people.member });
  await elsewhere.getByRole('heading', { name: 'Account' }).waitFor();
  const page = await visit(server, { path: '/account', who: people.member });
  await page.getByText('Member: looks at everything').waitFor();
  await page.getByText('this one').waitFor();
  assert.equal(await page.locator('tbody tr').count(), 2);
  await checkLooks(page, 'account');
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await checkLooks(page, 'account-everywhere');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByLabel('Password', { exact: true }).waitFor();
  // The other window asks to sign in again as soon as it wants something.
  await elsewhere.reload();
  await elsewhere.getByLabel('Password', { exact: true }).waitFor();
});

test('a new password: what is wrong with it is said; it ends all other sessions', async () => {
  const other = await api(server, people.member);
  const page = await visit(server, { path: '/account', who: people.member });
  const fill = async (current, fresh, again) => {
    await page.getByLabel('Password of now').fill(current);
    await page.getByLabel('New password', { exact: true }).fill(fresh);
    await page.getByLabel('New password, once more').fill(again);
    await page.getByRole('button', { name: 'Change the password' }).click();
  };
  await fill(people.member.password, 'short', 'short');
  await page.locator('.field .error', { hasText: 'At least 12 characters.' }).waitFor();
  await fill(people.member.password, 'a-new-password-1', 'a-new-password-2');
  await page.getByText('This is not the same.').waitFor();
  await fill('not-the-password', 'a-new-password-1', 'a-new-password-1');
  await page.getByText('BED1021').waitFor();
  await fill(people.member.password, 'a-new-password-1', 'a-new-password-1');
  await told(page, 'Your password is changed');
  await assert.rejects(other.get('status'), /401/);
  // The session of this page is a new one, with a new token for changes.
  await fill('a-new-password-1', people.member.password, people.member.password);
  await told(page, 'Your password is changed');
});

test('a session that ends in mid-form: signing in again loses nothing, and what was asked for is done', async () => {
  const page = await visit(server, { path: '/account', who: people.super });
  await page.getByText('this one').waitFor();
  await page.getByLabel('Password of now').fill(people.super.password);
  await page.getByLabel('New password', { exact: true }).fill('another-password-1');
  await page.getByLabel('New password, once more').fill('another-password-1');
  endSessions();
  await until(async () => (await page.evaluate(() => fetch('/api/v1/status').then((answer) => answer.status))) === 401, 'the session is over');
  await page.getByRole('button', { name: 'Change the password' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  await checkLooks(page, 'session-ended');
  assert.equal(await dialog.getByLabel('Email').inputValue(), people.super.email);
  await dialog.getByLabel('Password', { exact: true }).fill('a wrong password');
  await page.keyboard.press('Enter');
  await dialog.getByText('BED1021').waitFor();
  await dialog.getByLabel('Password', { exact: true }).fill(people.super.password);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await told(page, 'Your password is changed');
  await page.getByLabel('Password of now').fill('another-password-1');
  await page.getByLabel('New password', { exact: true }).fill(people.super.password);
  await page.getByLabel('New password, once more').fill(people.super.password);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await told(page, 'Your password is changed');
});

test('somebody else who signs in over a page sees nothing of it', async () => {
  const page = await visit(server, { path: '/account', who: people.super });
  await page.getByText('this one').waitFor();
  await page.getByLabel('Password of now').fill('typed by the first');
  await page.getByLabel('New password', { exact: true }).fill('another-password-1');
  await page.getByLabel('New password, once more').fill('another-password-1');
  endSessions();
  await until(async () => (await page.evaluate(() => fetch('/api/v1/status').then((answer) => answer.status))) === 401, 'the session is over');
  await page.getByRole('button', { name: 'Change the password' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  await dialog.getByLabel('Email').fill(people.member.email);
  await dialog.getByLabel('Password', { exact: true }).fill(people.member.password);
  await page.keyboard.press('Enter');
  await until(() => new URL(page.url()).pathname === '/', 'the page is a new one');
  await page.goto(`${server.url}/account`);
  await page.getByText('Member: looks at everything').waitFor();
  assert.equal(await page.getByLabel('Password of now').inputValue(), '');
});

test('the theme follows the system, or what was chosen, also after a reload', async () => {
  const page = await visit(server, { path: '/sign-in', theme: 'dark' });
  const dark = () => page.evaluate(() => getComputedStyle(document.body.parentElement).backgroundColor === 'rgb(14, 19, 21)');
  await page.getByLabel('Email').waitFor();
  await until(dark, "it is dark");
  await page.getByRole('button', { name: 'Theme: as the system' }).click();
  await until(async () => !(await dark()), "it is light");
  await page.reload();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await until(dark, "it is dark");
  await page.getByRole('button', { name: 'Theme: dark' }).click();
  await page.getByRole('button', { name: 'Theme: as the system' }).waitFor();
});

test('a phone and a keyboard: the ways open and close, and the page is reached at once', async () => {
  const page = await visit(server, { path: '/account', who: people.member, width: 360, height: 740 });
  await page.getByText('this one').waitFor();
  const ways = page.getByRole('navigation', { name: 'Pages' });
  assert.ok(!(await ways.isVisible()));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'To the page');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.getByRole('button', { name: 'Pages' }).press('Enter');
  await ways.waitFor();
  await checkLooks(page, 'ways');
  await ways.getByRole('link', { name: 'Account' }).press('Enter');
  await ways.waitFor({ state: 'hidden' });
});
