// Paths of the console: links are followed without loading the page anew.
import { goesAnyway } from './api.js';
import { createStore } from './store.js';

const here = () => ({ path: location.pathname, search: location.search });

/** `path` without the query, `search` with its question mark. */
export const route = createStore(here());
const guards = new Set();

/** Goes to a path of the console. `replace`: without a way back; `keep`: leaves the page scrolled where it is. */
export async function navigate(href, { replace = false, keep = false } = {}) {
  const url = new URL(href, location.href);
  const leaves = url.pathname !== location.pathname;
  if (leaves && !(await mayLeave())) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  shown = url.href;
  route.set(here());
  if (!keep && leaves) scrollTo(0, 0);
}

/** Changes members of the query; null and "" take one away. */
export function setQuery(changes, { replace = true } = {}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') query.delete(name);
    else query.set(name, String(value));
  }
  const text = query.toString();
  return navigate(location.pathname + (text ? `?${text}` : ''), { replace, keep: true });
}

/**
 * Asks before the page is left: `guard()` says, at once or by a promise, whether it may be. The result takes it away.
 * The browser's own question is asked when the window is closed.
 */
export function addGuard(guard) {
  guards.add(guard);
  return () => guards.delete(guard);
}

async function mayLeave() {
  for (const guard of [...guards]) if (!(await guard())) return false;
  return true;
}

let shown = location.href;
addEventListener('popstate', async () => {
  const wanted = location.href;
  if (new URL(shown).pathname !== location.pathname && guards.size > 0) {
    // The browser is there already: back to where the question belongs, until it is answered.
    history.pushState(null, '', shown);
    if (!(await mayLeave())) return;
    history.replaceState(null, '', wanted);
  }
  shown = wanted;
  route.set(here());
});
addEventListener('beforeunload', (event) => guards.size > 0 && !goesAnyway() && event.preventDefault());
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname.startsWith('/api/') || url.pathname === '/setup') return;
  // A place on this page.
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
  event.preventDefault();
  navigate(url.href);
});
