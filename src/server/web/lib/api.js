// The server's programming interface: calls, the session, and what happens when either ends.
import { createStore } from './store.js';

const BASE = '/api/v1/';
const FAST_MS = 500;
const SLOW_MS = 5000;

/** What a call failed with; its texts are the server's. `status` 0: the server did not answer. */
export class ApiError extends Error {
  constructor(status, error, errors, retryAfter = 0) {
    super(error.message);
    this.status = status;
    this.code = error.code ?? '';
    this.cause = error.cause ?? '';
    this.hint = error.hint ?? '';
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

/**
 * Who is signed in, as `GET /api/v1/session` says; null until it is known. `ended`: the session ended while a page
 * was open, and whoever sits there has to sign in again before anything goes on.
 */
export const session = createStore({ value: null, ended: false });

/** `lost`: "", "server" or "database", as long as that does not answer; `why` says more. */
export const connection = createStore({ lost: '', why: '', restored: 0 });

const RANKS = { member: 1, admin: 2, super_admin: 3 };

/** Whether who is signed in may do what is for `role` ("member", "admin", "super_admin") and above. */
export function can(role, who = session.get().value) {
  return (RANKS[who?.account?.role] ?? 0) >= RANKS[role];
}

/** GET. `path` as in "runs" or "/api/v1/runs"; members of `params` that are null, undefined or "" are left out. */
export function get(path, params = {}, headers = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return call('GET', address(path) + (text ? `?${text}` : ''), undefined, headers);
}

/** Any other method, with a body that becomes JSON. Throws ApiError. */
export function send(method, path, body, headers = {}) {
  return call(method, address(path), body, headers);
}

/** Asks who is signed in. `first`: as index.html does while this program is on its way, with what the overview shows. */
export async function readSession(first = false) {
  const { overview, ...value } = await get('session', { overview: first || null });
  if (overview && location.pathname === '/') brought.set(`${BASE}overview`, overview);
  session.set({ value });
  return value;
}

let anew = false;
/** Whether the page goes whatever is unsaved in it. */
export const goesAnyway = () => anew;

/** Somebody else signed in: nothing of what the first one saw or typed may stay, and nobody is asked. */
function beginAnew() {
  anew = true;
  location.assign('/');
}

/** Signs in with a password, and lets calls go on that waited for it. Throws ApiError. */
export async function signIn(email, password) {
  const before = session.get().value?.account?.email;
  const value = await request('POST', `${BASE}session`, { email, password });
  if (session.get().ended && before && value.account.email !== before) {
    beginAnew();
    return value;
  }
  session.set({ value: { ...session.get().value, ...value }, ended: false });
  if (connection.get().lost !== '') restored();
  return value;
}

export async function signOut(everywhere = false) {
  let ended = null;
  try {
    ended = await send('DELETE', everywhere ? 'sessions' : 'session');
  } catch (error) {
    if (error.status !== 401) throw error;
  }
  // The answer has taken away what this browser remembers of anybody; how light it shall be is no secret.
  const { theme } = document.documentElement.dataset;
  if (theme) localStorage.setItem('bedstone-theme', theme);
  // Whoever let this browser in forgets it, too, and sends it back here.
  location.assign(ended?.continue ?? '/sign-in');
}

/** After the session ended elsewhere, or was begun again in another window. */
export async function lookForSession() {
  const before = session.get().value?.account?.email;
  const value = await request('GET', `${BASE}session`);
  if (!value.signed_in) return false;
  if (before && value.account.email !== before) {
    beginAnew();
    return true;
  }
  session.set({ value, ended: false });
  return true;
}

function address(path) {
  if (path.startsWith('/api/') || path === '/readyz' || path === '/healthz') return path;
  return BASE + path.replace(/^\//, '');
}

async function call(method, url, body, headers) {
  for (;;) {
    try {
      const result = await request(method, url, body, headers);
      if (connection.get().lost === 'server') restored();
      return result;
    } catch (error) {
      if (error.status !== 401 || error.code !== 'BED1020') throw error;
      // What was asked for is asked again by whoever signs in: no form loses what was typed into it.
      await signedInAgain();
    }
  }
}

/** Answers that came along with another one, by what asks for them; each is taken once. */
const brought = new Map();
const FRESH_MS = 10_000;

function take(url) {
  const value = brought.get(url);
  brought.delete(url);
  return performance.now() < FRESH_MS ? value : undefined;
}

async function request(method, url, body, headers = {}) {
  const known = method === 'GET' ? take(url) : undefined;
  if (known !== undefined) return known;
  const fields = { Accept: 'application/json', ...headers };
  if (body !== undefined) fields['Content-Type'] = 'application/json';
  const token = session.get().value?.csrf;
  if (method !== 'GET' && token) fields['X-CSRF-Token'] = token;
  let response;
  let text;
  try {
    response = await fetch(url, { method, headers: fields, body: body === undefined ? undefined : JSON.stringify(body) });
    text = await response.text();
  } catch {
    // What was on its way when the page was left is nobody's loss.
    if (!leaving) lose('server', '');
    throw new ApiError(0, { message: 'The server does not answer.', hint: 'Nothing was lost: what is shown is read again when it is back, and what you wanted to do can be done then.' }, []);
  }
  const value = parse(text);
  if (response.ok) return value;
  const error = value?.error ?? { message: `The server answered ${response.status}.` };
  const errors = value?.errors ?? (value?.error ? [value.error] : []);
  if (response.status === 503 && error.code?.startsWith('BED02')) lose('database', error.message);
  throw new ApiError(response.status, error, errors, Number(response.headers.get('Retry-After') ?? 0));
}

let leaving = false;
addEventListener('pagehide', () => (leaving = true));
addEventListener('pageshow', () => (leaving = false));

function parse(text) {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function signedInAgain() {
  session.set({ ended: true });
  return new Promise((resolve) => {
    const stop = session.subscribe((now) => {
      if (now.ended) return;
      stop();
      resolve();
    });
  });
}

/** Shows the banner, and asks again and again until there is an answer. */
export function lose(what, why) {
  const before = connection.get().lost;
  connection.set({ lost: what, why });
  if (before === '') waitForAnswer(FAST_MS);
}

let waiting = 0;
function waitForAnswer(delay) {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answered = await answers();
    if (connection.get().lost === '') return;
    if (answered) restored();
    else waitForAnswer(Math.min(delay * 1.5, SLOW_MS));
  }, delay);
}

async function answers() {
  try {
    // Both ask the database: the one whether there is this session, the other for the state.
    const signedIn = session.get().value?.signed_in;
    const response = await fetch(signedIn ? `${BASE}status` : '/readyz', { headers: { Accept: 'application/json' } });
    if (response.status === 401) return true;
    if (!response.ok) {
      const server = connection.get().lost === 'server';
      if (server && signedIn) connection.set({ lost: 'database', why: '' });
      // Whoever is not signed in learns from their next attempt what is the matter.
      return server && !signedIn;
    }
    const value = await response.json();
    return value.database?.state !== 'unreachable';
  } catch {
    connection.set({ lost: 'server', why: '' });
    return false;
  }
}

function restored() {
  connection.set({ lost: '', why: '', restored: connection.get().restored + 1 });
}
