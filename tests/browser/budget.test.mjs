// The first load of the console is small and quick, and nothing of it comes from elsewhere.
import { assert, hub, people, test, until, visit } from './support.mjs';

const MOST_BYTES = 150_000;
const MOST_MS = 200;
/** Tests run beside others on machines with two cores, where times say little: `bench/run console` measures them. */
const MARGIN = 10;
const { server } = await hub();

/** Loads it as for the first time: {bytes, ms}; ms until its heading is there. */
async function load(path, who) {
  const page = await visit(server, { path: null, who });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  let bytes = 0;
  // All but the stream of events, which has no end.
  const waiting = new Set();
  let last = Date.now();
  const heard = (does) => (event) => {
    last = Date.now();
    does(event);
  };
  network.on('Network.requestWillBeSent', heard((event) => event.type !== 'EventSource' && waiting.add(event.requestId)));
  network.on('Network.loadingFailed', heard((event) => waiting.delete(event.requestId)));
  network.on('Network.loadingFinished', heard((event) => {
    waiting.delete(event.requestId);
    bytes += event.encodedDataLength;
  }));
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('h1')) return;
      window.shownAfter = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(server.url + path);
  const ms = await page.waitForFunction(() => window.shownAfter).then((value) => value.jsonValue());
  // Of what comes from the cache the end is not always told.
  await until(() => Date.now() - last > (waiting.size === 0 ? 300 : 3000), 'all is loaded');
  await page.close();
  return { bytes, ms };
}

for (const [path, who] of [['/sign-in', null], ['/', people.member], ['/account', people.member]]) {
  test(`${path}: at most ${MOST_BYTES} bytes, and soon there`, async (context) => {
    const loads = [];
    for (let i = 0; i < 5; i++) loads.push(await load(path, who));
    const bytes = Math.max(...loads.map((one) => one.bytes));
    const ms = loads.map((one) => one.ms).sort((a, b) => a - b)[0];
    context.diagnostic(`${path}: ${bytes} bytes, ${Math.round(ms)} ms`);
    assert.ok(bytes > 10_000 && bytes <= MOST_BYTES, `${bytes} bytes`);
    assert.ok(ms <= MOST_MS * MARGIN, `${ms} ms`);
  });
}

test('/: all that it needs is on its way with the first answer', async () => {
  const page = await visit(server, { path: null, who: people.member });
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('.facts dd')) return;
      window.asked = performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname);
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(server.url);
  const asked = await page.waitForFunction(() => window.asked).then((value) => value.jsonValue());
  const named = await page.$$eval('link, script', (all) => all.map((one) => new URL(one.href || one.src, location).pathname));
  assert.deepEqual(asked.filter((path) => !named.includes(path)), [], 'index.html names it');
  assert.equal(asked.filter((path) => path === '/api/v1/session').length, 1, 'once');
});
