// Signing in: with a password, or with WorkOS.
import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { lookForSession } from '../lib/api.js';
import { Button, Field, Problem } from '../lib/ui.js';

/** Seconds until the next attempt, counting down. */
function useCountdown() {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return [left, setLeft];
}

function PasswordForm({ email: known, onSignIn }) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const [wait, setWait] = useCountdown();
  const form = useRef(null);
  useEffect(() => {
    form.current.elements[known ? 1 : 0].focus();
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    if (busy || wait > 0) return;
    setBusy(true);
    setError(null);
    try {
      await onSignIn(email.trim(), password);
    } catch (problem) {
      setError(problem);
      if (problem.status === 429) setWait(Math.max(1, problem.retryAfter));
      else if (problem.status === 401) {
        setPassword('');
        form.current.elements[1].focus();
      }
    }
    setBusy(false);
  };
  const slowed = error?.status === 429;
  return html`<form ref=${form} onSubmit=${submit} novalidate>
    <${Field} label="Email" type="email" name="email" autocomplete="username" value=${email} onInput=${setEmail} />
    <${Field} label="Password" type="password" name="password" autocomplete="current-password" autofocus=${Boolean(known)} value=${password} onInput=${setPassword} />
    ${error && !slowed && html`<${Problem} error=${error} />`}
    ${slowed && html`<div class="note warn" role="status">${wait > 0
      ? html`<strong>Too many attempts.</strong> The next one can be made in ${wait === 1 ? 'a second' : `${wait} seconds`}; what you typed stays.`
      : html`You can try again now.`}</div>`}
    <${Button} type="submit" kind="primary" class="block" busy=${busy} disabled=${wait > 0}>Sign in</${Button}></form>`;
}

/** `again`: over a page that waits, so WorkOS is asked in another window. */
function WorkosForm({ again }) {
  const [error, setError] = useState(null);
  const look = async () => {
    setError(null);
    try {
      if (!(await lookForSession())) setError(new Error('You are not signed in yet.'));
    } catch (problem) {
      setError(problem);
    }
  };
  const to = new URLSearchParams(location.search).get('to') ?? '/';
  // Only a path of this console; the server checks it, too.
  const back = again || !/^\/(?![/\\])/.test(to) ? '/' : to;
  return html`<a class="button primary block" href=${`/api/v1/sign-in/workos?return_to=${encodeURIComponent(back)}`} target=${again ? '_blank' : null}>Continue with WorkOS</a>
    ${again && html`<p class="hint small">It opens another window. Come back here afterwards.</p><${Button} onClick=${look}>I have signed in</${Button}>`}
    <${Problem} error=${error} />`;
}

/** `mode`: how people sign in here; `email`: who was signed in; `onSignIn(email, password)` gives a promise. */
export function SignInForm({ mode, email = '', again = false, onSignIn }) {
  if (mode === 'workos') return html`<${WorkosForm} again=${again} />`;
  return html`<${PasswordForm} email=${email} onSignIn=${onSignIn} />`;
}
