// What the browser tests share: a project with its server, one Chromium for a file of tests, pages that are watched.
//
// Each test page fails its test for whatever its console says as an error, for what the content security policy
// stopped, and for requests that would leave the machine; `page.allow(/…/)` names what a test provokes.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { after, test as nodeTest } from 'node:test';
import { promisify } from 'node:util';

export { assert };

const { REPO, BUILD, WORK, ENGINE, DATABASE_URL } = process.env;
export const engine = ENGINE;
export const repository = REPO;

const packages = join(REPO, 'build/npm');
if (!existsSync(join(packages, 'node_modules/playwright-core'))) {
  throw new Error('playwright-core is missing: tools/fetch-npm tests/npm build/npm');
}
const require = createRequire(join(packages, 'package.json'));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const WAIT_MS = 60_000;
/** Pages have come to rest after this, even on a busy machine. */
const REST_MS = 5_000;
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Again and again until `check()` gives something true; that is the result. */
export async function until(check, what = String(check), ms = WAIT_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const result = await check();
    if (result) return result;
    if (Date.now() > end) throw new Error(`it did not happen in ${ms} ms: ${what}`);
    await sleep(50);
  }
}

/** A URL of another database beside the test's own, by a short name. */
export function otherDatabase(name) {
  if (ENGINE === 'sqlite') return `sqlite:${join(WORK, `${name}.db`)}`;
  const url = new URL(DATABASE_URL);
  url.pathname += `_${name}`;
  return url.href;
}

export const SAMPLE_PASSWORD = 'correct-horse-battery';
/** Who is in the hub: what each may do is in `docs/server.md`. */
export const people = {
  super: { email: 'ada@example.com', password: SAMPLE_PASSWORD },
  admin: { email: 'admin@example.com', password: 'change-me-before-use' },
  member: { email: 'ben@example.com', password: SAMPLE_PASSWORD },
};

/**
 * A folder with a project. `files`: {name: text}, or else the hub example with its sample accounts and the models of its
 * example.defaults.yaml. `database`: its URL; `env`: more variables.
 */
export function makeProject({ folder = 'hub', files, database = DATABASE_URL, env = {} } = {}) {
  const root = join(WORK, folder);
  mkdirSync(root, { recursive: true });
  if (files) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(root, name, '..'), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  } else {
    const hub = join(REPO, 'examples/hub');
    for (const name of ['bedstone.yaml', 'bedstone.dev.yaml', 'settings.yaml', 'migrations', 'seeds']) {
      cpSync(join(hub, name), join(root, name), { recursive: true });
    }
    mkdirSync(join(root, 'config'), { recursive: true });
    cpSync(join(hub, 'config/example.defaults.yaml'), join(root, 'config/defaults.yaml'));
  }
  const variables = {
    ...process.env,
    DATABASE_URL: database,
    PASSWORD_SECRET: '0123456789abcdef0123456789abcdef',
    SUPER_ADMIN_PASSWORD: 'canary-admin-password',
    SAMPLE_PASSWORD,
    BEDSTONE_ENV: files ? '' : 'dev',
    ...env,
  };
  if (variables.BEDSTONE_ENV === '') delete variables.BEDSTONE_ENV;
  return { root, env: variables, database };
}

/** Runs `bedstone …` in the project; its standard output. It must succeed. */
export function bedstone(project, ...args) {
  return execFileSync(join(BUILD, 'bin/bedstone'), args, { cwd: project.root, env: project.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The same without waiting here: a promise of its standard output. */
export async function bedstoneAsync(project, ...args) {
  return (await promisify(execFile)(join(BUILD, 'bin/bedstone'), args, { cwd: project.root, env: project.env, encoding: 'utf8' })).stdout;
}

/** Asks the database directly, past Bedstone; the text that sqlite3 or psql prints. */
export function sql(project, query) {
  const url = project.database;
  if (ENGINE === 'sqlite') {
    const file = url.replace(/^sqlite:(\/\/)?/, '');
    return execFileSync('sqlite3', ['-cmd', '.timeout 5000', file, query], { cwd: project.root, encoding: 'utf8' }).trim();
  }
  return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', query], { encoding: 'utf8' }).trim();
}

const running = new Set();

/** `bedstone serve` in a project: {url, token, log(), stop()}. `token`: of the setup, where that is open. */
export async function serve(project, { port = 0, args = [] } = {}) {
  const child = spawn(join(BUILD, 'bin/bedstone'), ['serve', '--create', '--port', String(port), '--json', ...args], {
    cwd: project.root, env: project.env, stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  let log = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const url = await until(() => {
    if (child.exitCode !== null) throw new Error(`bedstone serve ended with ${child.exitCode}:\n${log}`);
    return /"url": "([^"]+)"/.exec(out)?.[1];
  }, 'the server listens');
  return {
    url,
    port: Number(new URL(url).port),
    log: () => log,
    /** What the operator reads, once the server knows that the setup is open. */
    token: () => until(() => /works once:\s+(\S{43})$/m.exec(log)?.[1], 'the setup token is printed'),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
      running.delete(child);
    },
  };
}

/** The hub, configured for passwords, and served: {project, server}. */
export async function hub(options = {}) {
  const project = makeProject(options);
  bedstone(project, 'up', '--create');
  bedstone(project, 'config', 'setup', '--mode', 'local', '--admin', people.super.email);
  return { project, server: await serve(project) };
}

let shared = null;
/** One Chromium for all tests of a file. */
export function browser() {
  shared ??= chromium.launch({
    executablePath: process.env.BEDSTONE_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-default-apps', '--disable-extensions',
      '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
  return shared;
}
after(async () => {
  if (shared) await (await shared).close();
  for (const child of running) child.kill('SIGKILL');
});

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
/** With BEDSTONE_WEB=src/server/web pages come from that folder as they are now, without a build: for trying things out. */
async function serveFiles(context, url) {
  const folder = process.env.BEDSTONE_WEB;
  if (!folder) return;
  await context.route(`${url}/**`, async (call) => {
    let { pathname } = new URL(call.request().url());
    if (pathname === '/setup') pathname = '/setup.html';
    const file = join(REPO, folder, pathname);
    if (!pathname.startsWith('/vendor/') && extname(file) in TYPES && existsSync(file) && statSync(file).isFile()) {
      const response = await call.fetch({ maxRedirects: 0 }).catch(() => null);
      const policy = response?.headers()['content-security-policy'] ?? '';
      return call.fulfill({ status: 200, headers: { 'content-security-policy': policy, 'content-type': TYPES[extname(file)] }, body: readFileSync(file) });
    }
    return call.continue();
  });
}

const watched = new Set();

/**
 * A page of the server in a browser of its own (cookies, storage). `who`: of `people`, signed in already; `path` (null: none yet); `theme`:
 * "light" or "dark"; `width`, `height`. `page.problems` collects what must not happen.
 */
export async function visit(server, { path = '/', who = null, theme = 'light', width = 1280, height = 800, context: given = null } = {}) {
  const context = given ?? (await (await browser()).newContext({
    baseURL: server.url, colorScheme: theme, viewport: { width, height }, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC',
  }));
  context.setDefaultTimeout(WAIT_MS);
  if (!given) await serveFiles(context, server.url);
  if (who) await cookieOf(context, server, who);
  const page = await context.newPage();
  page.problems = [];
  const allowed = [];
  page.allow = (...patterns) => allowed.push(...patterns);
  const blame = (text) => allowed.some((pattern) => pattern.test(text)) || page.problems.push(text);
  page.on('pageerror', (error) => blame(`a script failed: ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const from = message.location().url ?? '';
    // A call that was refused is no defect of the page; a file that is missing is.
    if (/Failed to load resource: the server responded/.test(message.text()) && /\/(api\/|readyz)/.test(from)) return;
    blame(`the console says: ${message.text()} (${from})`);
  });
  page.told = [];
  await page.exposeFunction('bedstoneTold', (text) => page.told.push(text));
  await page.addInitScript(() => {
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          if (node.classList?.contains('toast')) window.bedstoneTold(node.textContent);
        }
      }
    }).observe(document, { childList: true, subtree: true });
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(server.url) && !/^(data|blob|about):/.test(url)) blame(`a request leaves the machine: ${url}`);
  });
  watched.add(page);
  if (path !== null) await page.goto(server.url + path);
  return page;
}

/**
 * Waits for the next line at the foot of the page that holds `text` (or matches it). Each line counts once, and also
 * when it is gone already: so none is taken for the one before it, and none is missed.
 */
export async function told(page, text) {
  const fits = (line) => (text instanceof RegExp ? text.test(line) : line.includes(text));
  const at = await until(() => page.told.findIndex(fits) + 1, `the page tells: ${text}; it told: ${page.told.join(' | ')}`);
  page.told.splice(0, at);
}

async function cookieOf(context, server, who) {
  const response = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(who),
  });
  if (response.status !== 200) throw new Error(`${who.email} cannot sign in: ${await response.text()}`);
  const [name, value] = response.headers.get('set-cookie').split(';')[0].split('=');
  await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: 'Lax' }]);
}

/** What a program may do with the interface: {get(path), send(method, path, body)} as one of `people`. */
export async function api(server, who) {
  const response = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(who),
  });
  const { csrf } = await response.json();
  const headers = { Cookie: response.headers.get('set-cookie').split(';')[0], 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' };
  const call = async (method, path, body) => {
    const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  return { get: (path) => call('GET', path), send: call };
}

/** No finding of axe-core by WCAG 2.2 AA and its own good practice: none that stays while the page comes to rest. */
export async function checkAccess(page, what = page.url()) {
  let found = [];
  for (const end = Date.now() + REST_MS; ; await sleep(250)) {
    found = await findings(page);
    if (found.length === 0) return;
    if (Date.now() > end) break;
  }
  assert.fail(`${what}: ${found.join('\n')}`);
}

async function findings(page) {
  const source = await page.context().newCDPSession(page);
  // Past the page's policy, as an extension would.
  await source.send('Runtime.evaluate', { expression: axeSource });
  const { result } = await source.send('Runtime.evaluate', {
    expression: `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then((found) =>
      JSON.stringify(found.violations.map((one) => one.id + ': ' + one.help + '\\n' + one.nodes.map((node) => '    ' + node.html.slice(0, 200) + '\\n    ' + node.failureSummary).join('\\n'))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await source.detach();
  assert.equal(result.subtype, undefined, `axe did not run: ${result.description}`);
  return JSON.parse(result.value);
}

/** Nothing reaches out of the window to the right. */
export async function checkWidth(page, what = page.url()) {
  const [inner, outer] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
  assert.ok(outer <= inner, `${what}: ${outer} wide in a window of ${inner}`);
}

/** A picture for people: build/screenshots/NAME.png. Only with BEDSTONE_SCREENSHOTS=1. */
export async function shot(page, name) {
  if (!process.env.BEDSTONE_SCREENSHOTS) return;
  const folder = join(REPO, 'build/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** The same page in both themes, and as narrow as a phone: axe, width, pictures. */
export async function checkLooks(page, name) {
  const size = page.viewportSize();
  for (const theme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: theme });
    await checkAccess(page, `${name}, ${theme}`);
    await shot(page, `${name}-${theme}`);
  }
  for (const theme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 360, height: 740 });
    await checkWidth(page, `${name}, 360 px`);
    if (theme === 'light') await checkAccess(page, `${name}, 360 px`);
    await shot(page, `${name}-${theme}-phone`);
  }
  await page.setViewportSize(size);
}

/** A test, with what its pages must not have done: test(name, [options of node:test], body). */
export function test(name, ...rest) {
  const body = rest.pop();
  return nodeTest(name, rest[0] ?? {}, async (context) => {
    let failed = true;
    try {
      await body(context);
      failed = false;
    } finally {
      for (const page of watched) {
        if (failed && !page.isClosed()) await tellPage(page, name);
        await page.close().catch(() => {});
      }
      const problems = [...watched].flatMap((page) => page.problems);
      watched.clear();
      if (!failed) assert.deepEqual(problems, []);
      else if (problems.length > 0) console.error(problems.join('\n'));
    }
  });
}

async function tellPage(page, name) {
  const text = await page.evaluate(() => document.body.innerText).catch((error) => String(error));
  console.error(`--- ${name}: ${page.url()} shows\n${text.slice(0, 3000)}`);
  const folder = join(REPO, 'build/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `failed-${name.replace(/\W+/g, '-').slice(0, 60)}-${ENGINE}.png`) }).catch(() => {});
}

/** The test's own PostgreSQL server (`// needs: own-server`). */
export const postgres = {
  stop() {
    const pid = Number(readFileSync(join(process.env.PG_DATA, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGINT');
    return until(() => !existsSync(join(process.env.PG_DATA, 'postmaster.pid')), 'PostgreSQL stops');
  },
  async start() {
    const { uid, gid } = statSync(process.env.PG_DATA);
    const options = process.getuid() === 0 ? { uid, gid } : {};
    const child = spawn(join(process.env.PG_BIN, 'postgres'), ['-D', process.env.PG_DATA, '-p', process.env.PG_PORT, '-k', join(process.env.PG_DATA, '..')], {
      stdio: 'ignore', cwd: process.env.PG_DATA, ...options,
    });
    running.add(child);
    await until(() => {
      try {
        execFileSync('psql', ['-XAtq', '-d', process.env.PG_SUPERUSER, '-c', 'select 1'], { stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    }, 'PostgreSQL starts');
  },
};
