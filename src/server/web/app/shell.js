// The frame of every page: the bar, the ways, banners, and the window that asks to sign in again.
import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { connection, lookForSession, session, signIn, signOut } from '../lib/api.js';
import { status, toneOf, watchStatus } from '../lib/status.js';
import { useStore } from '../lib/store.js';
import { readTables, tables } from '../lib/tables.js';
import { Badge, Button, Dialog, classes } from '../lib/ui.js';
import { SignInForm } from './sign_in_form.js';

const ICONS = {
  overview: 'M4 13h6V4H4zM14 20h6V4h-6zM4 20h6v-3H4z',
  runs: 'M5 4v16l14-8z',
  migrations: 'M6 3v18M6 8h6a5 5 0 0 1 5 5v8M14 18l3 3 3-3',
  data: 'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  models: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  health: 'M3 12h4l3-7 4 14 3-7h4',
  errors: 'M12 4 2.8 20h18.4zM12 10v4M12 17v.5',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-6 8-6s7 2 8 6',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  menu: 'M4 7h16M4 12h16M4 17h16',
  light: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M19 5l-1.4 1.4M6.4 17.6 5 19',
  dark: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z',
  auto: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
};

export function Icon({ name }) {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${ICONS[name]} /></svg>`;
}

/** The picture of icon.svg, without asking for it. */
export function Logo() {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="5" fill="#0b6b63" /><path d="M5 9.2 12 6l7 3.2-7 3.2z" fill="#fff" />
    <path d="m5 12.4 7 3.2 7-3.2M5 15.6l7 3.2 7-3.2" fill="none" stroke="#fff" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round" /></svg>`;
}

const WAYS = [
  ['/', 'overview', 'Overview'],
  ['/runs', 'runs', 'Runs'],
  ['/migrations', 'migrations', 'Migrations'],
  ['/data', 'data', 'Data'],
  ['/models', 'models', 'Models'],
  ['/settings', 'settings', 'Settings'],
  ['/health', 'health', 'Health'],
  ['/errors', 'errors', 'Errors'],
];

const isHere = (path, way) => path === way || (way !== '/' && path.startsWith(`${way}/`));

function Ways({ path, open, onGo }) {
  const { names } = useStore(tables);
  const ways = WAYS.filter(([way]) => way !== '/models' || names?.includes('llm_models'));
  const link = ([way, icon, title], extra) => html`<li key=${way} class=${extra}><a href=${way} aria-current=${isHere(path, way) ? 'page' : null} onClick=${onGo}><${Icon} name=${icon} />${title}</a></li>`;
  return html`<nav id="ways" class=${classes('ways', open && 'open')} aria-label="Pages"><ul>
    ${ways.map((way) => link(way))}${link(['/account', 'account', 'Account'], 'parting')}</ul></nav>`;
}

const THEMES = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_NAMES = { auto: 'as the system', light: 'light', dark: 'dark' };

/** Light, dark, or as the system says; remembered in this browser. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? 'auto');
  const change = () => {
    const next = THEMES[theme];
    if (next === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      if (next === 'auto') localStorage.removeItem('bedstone-theme');
      else localStorage.setItem('bedstone-theme', next);
    } catch {
      // It holds until the page is left.
    }
    setTheme(next);
  };
  const text = `Theme: ${THEME_NAMES[theme]}`;
  return html`<${Button} kind="quiet" class="icon" aria-label=${text} title=${text} onClick=${change}><${Icon} name=${theme} /></${Button}>`;
}

function Bar({ who, open, onMenu }) {
  const { value } = useStore(status);
  const { lost } = useStore(connection);
  const state = lost ? 'unreachable' : value?.database?.state;
  return html`<header class="topbar">
    <${Button} kind="quiet" class="icon menu-button" aria-label="Pages" aria-expanded=${open ? 'true' : 'false'} aria-controls="ways" onClick=${onMenu}><${Icon} name="menu" /></${Button}>
    <a class="brand" href="/"><${Logo} /><span class="brand-name">${who.project}</span></a>
    ${state && html`<a class="topbar-state" href="/" aria-label=${`The database is ${state}`}><${Badge} tone=${toneOf(state)}>${state.replace('_', ' ')}</${Badge}></a>`}
    <span class="topbar-space"></span>
    ${value && html`<span class="soft small wide-only">Bedstone ${value.server.version}</span>`}
    <${ThemeSwitch} />
    <a class="button quiet wide-only" href="/account" title=${who.account.email}>${who.account.name || who.account.email}</a>
    <${Button} kind="quiet" class="icon" aria-label="Sign out" title="Sign out" onClick=${() => signOut()}><${Icon} name="out" /></${Button}>
  </header>`;
}

const LOST = {
  server: ['The server does not answer.', 'It may be restarting. This page goes on by itself as soon as it is back; nothing that you typed is lost.'],
  database: ['The database does not answer.', 'This page goes on by itself as soon as it does; nothing that you typed is lost.'],
};

/** Says that server or database are away, as long as they are. */
export function LostBanner() {
  const { lost, why } = useStore(connection);
  if (!lost) return null;
  const [what, then] = LOST[lost];
  return html`<div class="banner bad" role="alert"><strong>${what}</strong><span>${why && why !== what ? `${why}. ` : ''}${then}</span></div>`;
}

/** The session ended while the page was open: over the page, so that nothing of it is lost. */
function SignInAgain() {
  const { value } = useStore(session);
  useEffect(() => {
    // Signed in again in another window: there is nothing to ask.
    const look = () => document.visibilityState === 'visible' && lookForSession().catch(() => {});
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      removeEventListener('focus', look);
    };
  }, []);
  return html`<${Dialog} title="Your session has ended">
    <p>Sign in again to go on where you were. Nothing that you typed is lost.</p>
    <${SignInForm} mode=${value.mode} email=${value.account?.email ?? ''} again onSignIn=${signIn} />
    <${Button} kind="quiet" class="block" onClick=${() => location.assign('/sign-in')}>Leave this page</${Button}>
  </${Dialog}>`;
}

/** `who`: the session. */
export function Shell({ path, who, children }) {
  const [open, setOpen] = useState(false);
  const { ended } = useStore(session);
  const main = useRef(null);
  const first = useRef(true);
  useEffect(watchStatus, []);
  useEffect(readTables, []);
  useEffect(() => {
    setOpen(false);
    // Whoever uses a keyboard or hears the page begins at its beginning.
    if (!first.current) main.current.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  return html`<a class="skip" href="#main">To the page</a>
    <${Bar} who=${who} open=${open} onMenu=${() => setOpen(!open)} />
    <${LostBanner} />
    <div class="frame"><${Ways} path=${path} open=${open} onGo=${() => setOpen(false)} />
      <main id="main" tabindex="-1" ref=${main}>${children}</main></div>
    ${ended && html`<${SignInAgain} />`}`;
}
