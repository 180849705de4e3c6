// Opens a page of the console again and again, each time in a browser that knows nothing of it, and tells the milliseconds
// from the navigation's start until it can be used.
//
// usage: node console.mjs PACKAGES URL PATH ROUNDS COOKIE SELECTOR; prints one JSON object.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, url, path, rounds, cookie, selector] = process.argv.slice(2);
const { chromium } = createRequire(join(packages, 'package.json'))('playwright-core');

const SETTLED_MS = 500;

const browser = await chromium.launch({
  executablePath: process.env.BEDSTONE_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-default-apps', '--disable-extensions', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  ],
});

/** {content: what the server told is in the page, usable: its script had nothing else to do after that, …} */
async function open(context) {
  const page = await context.newPage();
  await page.addInitScript((wanted) => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector(wanted)) return;
      observer.disconnect();
      const content = performance.now();
      // A click would be heard now: all handlers stand since the page was drawn, and whatever the script still does goes first.
      setTimeout(() => {
        console.info(JSON.stringify({ content, usable: performance.now() }));
      }, 0);
    }).observe(document, { childList: true, subtree: true, attributes: true });
  }, selector);
  // A browser that has just made a window is busy with that; a person's is not. And asking the page would keep it busy: it tells.
  await page.waitForTimeout(SETTLED_MS);
  const opened = page.waitForEvent('console', (message) => message.type() === 'info');
  await page.goto(url + path, { waitUntil: 'commit' });
  const times = JSON.parse((await opened).text());
  const entries = await page.evaluate(() => performance.getEntriesByType('resource').map((one) => [new URL(one.name).pathname, Math.round(one.startTime), Math.round(one.responseEnd)]));
  await page.close();
  return { ...times, entries };
}

async function context() {
  const fresh = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  if (cookie) {
    const [name, value] = cookie.split('=');
    await fresh.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }]);
  }
  return fresh;
}

const first = [];
const again = [];
for (let round = 0; round < Number(rounds); round++) {
  const fresh = await context();
  first.push(await open(fresh));
  again.push(await open(fresh));
  await fresh.close();
}
await browser.close();
console.log(JSON.stringify({ first, again }));
