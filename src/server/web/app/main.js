// The console: who is signed in, which page is shown, and loading it.
import { html, render, useEffect, useErrorBoundary, useState } from '../lib/preact.js';
import { connection, readSession, session } from '../lib/api.js';
import { navigate, route } from '../lib/router.js';
import { useStore } from '../lib/store.js';
import { Button, Empty, Loading, Page, Problem } from '../lib/ui.js';
import { LostBanner, Shell } from './shell.js';

/** By the first part of a path. */
const PAGES = {
  '': () => import('./pages/overview.js'),
  runs: () => import('./pages/runs.js'),
  migrations: () => import('./pages/migrations.js'),
  data: () => import('./pages/data.js'),
  models: () => import('./pages/models.js'),
  settings: () => import('./pages/settings.js'),
  health: () => import('./pages/health.js'),
  errors: () => import('./pages/errors.js'),
  account: () => import('./pages/account.js'),
  'sign-in': () => import('./pages/sign_in.js'),
};
const loaded = new Map();

function nameOf(path) {
  return path.split('/')[1];
}

async function load(name) {
  if (!loaded.has(name)) loaded.set(name, await PAGES[name]());
  return loaded.get(name);
}
// Both at once; what fails is told when the page is drawn.
const known = readSession(true);
const first = PAGES[nameOf(location.pathname)] ? load(nameOf(location.pathname)) : null;

/** The module of a page; it is fetched once. undefined: not here yet. A component for one name. */
function usePage(name) {
  const [page, setPage] = useState(loaded.get(name));
  const [error, setError] = useState(null);
  useEffect(() => {
    if (!page && PAGES[name]) load(name).then(setPage, setError);
  }, [name]);
  return [page, error];
}

function Missing({ path }) {
  return html`<${Page} title="There is no such page"><${Empty} title=${path} action=${html`<${Button} href="/">To the overview</${Button}>`} /></${Page}>`;
}

function Shown({ name, path, search, who }) {
  const [page, failed] = usePage(name);
  const [broken, again] = useErrorBoundary((error) => console.error(error));
  const title = typeof page?.title === 'function' ? page.title({ path }) : page?.title;
  useEffect(() => {
    document.title = title ? `${title} · ${who.project}` : who.project;
  }, [title, who.project]);
  useEffect(() => {
    if (broken) again();
  }, [path]);
  if (!PAGES[name]) return html`<${Missing} path=${path} />`;
  if (broken) return html`<${Page} title="This page failed"><${Problem} error=${broken} onRetry=${again} /></${Page}>`;
  if (failed) return html`<${Page} title="This page could not be loaded"><${Problem} error=${failed} onRetry=${() => location.reload()} /></${Page}>`;
  if (!page) return html`<${Loading} />`;
  return html`<${page.default} path=${path} query=${new URLSearchParams(search)} session=${who} />`;
}

function App() {
  const { path, search } = useStore(route);
  const { value: who } = useStore(session);
  const [error, setError] = useState(null);
  useEffect(() => {
    const read = (asked = readSession()) => asked.then(() => setError(null), setError);
    read(known);
    return connection.subscribe((now) => now.lost === '' && session.get().value === null && read());
  }, []);
  const name = nameOf(path);
  const leaves = who && !who.signed_in && name !== 'sign-in';
  useEffect(() => {
    if (who?.setup_open) location.assign('/setup');
    else if (leaves) navigate(`/sign-in${path === '/' ? '' : `?to=${encodeURIComponent(path + search)}`}`, { replace: true });
  }, [leaves, who]);
  if (!who) return html`<${LostBanner} />${error && error.status !== 0 && html`<div class="middle"><${Problem} error=${error} /></div>`}`;
  if (who.setup_open || leaves) return null;
  const page = html`<${Shown} key=${name} name=${name} path=${path} search=${search} who=${who} />`;
  if (name === 'sign-in') return html`<${LostBanner} />${page}`;
  return html`<${Shell} path=${path} who=${who}>${page}</${Shell}>`;
}

await Promise.allSettled([known, first]);
render(html`<${App} />`, document.getElementById('app'));
