// Signing in and out, the account, and a session that ends while something is typed.
// shows: A14, D9
import { assert, bedstone, checkAccess, checkLooks, hub, people, sql, test, until, visit } from './support.mjs';

const { project, server } = await hub();

test('who is not signed in signs in first, and comes to where they wanted to go', async () => {
  const page = await visit(server, { path: '/account?x=1' });
  await page.getByLabel('Email').fill(people.super.email);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  await page.getByLabel('Password').fill(people.super.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Account' }).waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/account?x=1');
  assert.equal(await page.title(), 'Account · hub');
});
