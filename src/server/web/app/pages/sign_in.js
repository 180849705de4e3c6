// Signing in, and back to where somebody wanted to go.
import { html, useEffect, useState } from '../../lib/preact.js';
import { lookForSession, signIn } from '../../lib/api.js';
import { navigate } from '../../lib/router.js';
import { useInterval } from '../../lib/use.js';
import { Button, Card } from '../../lib/ui.js';
import { Logo, ThemeSwitch } from '../shell.js';
import { SignInForm } from '../sign_in_form.js';

export const title = 'Sign in';

/** What a link may bring back to: a path of this console, never another host. */
export function wayBack(query) {
  const to = query.get('to') ?? '/';
  const url = new URL(to, location.origin);
  const own = url.origin === location.origin && /^\/(?![/\\])/.test(to) && !url.pathname.startsWith('/sign-in');
  return own ? url.pathname + url.search : '/';
}

/** Reasons that a sign-in elsewhere came back with, as codes. */
const REASONS = {
  BED1025: 'WorkOS does not answer. Try again in a moment.',
  BED1026: 'WorkOS did not let you in.',
  BED1027: 'What WorkOS answered could not be trusted.',
};

export default function SignIn({ query, session: who }) {
  const [mode, setMode] = useState(who.mode);
  const go = () => navigate(wayBack(query), { replace: true });
  useEffect(() => {
    if (who.signed_in) go();
  }, [who.signed_in]);
  // The database may have been away when this page was asked for, or somebody signed in in another window.
  useInterval(() => lookForSession().catch(() => {}), 5000);
  useEffect(() => setMode(who.mode), [who.mode]);
  const failed = query.get('error');
  return html`<main class="middle">
    <div class="row apart"><span class="brand"><${Logo} /><span class="brand-name">${who.project}</span></span><${ThemeSwitch} /></div>
    <${Card}>
      <h1 class="card-title">Sign in</h1>
      ${failed && html`<div class="note warn" role="alert">${REASONS[failed] ?? 'Signing in did not work.'} <code>${failed}</code></div>`}
      ${mode === 'unconfigured'
        ? html`<div class="note warn"><strong>${who.project} is not set up yet.</strong> Its setup has to be opened by a restart of the server, or done with <code>bedstone config setup</code>.</div><${Button} onClick=${() => location.reload()}>Look again</${Button}>`
        : html`<${SignInForm} mode=${mode} onSignIn=${signIn} />`}
    </${Card}>
  </main>`;
}
