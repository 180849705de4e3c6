// The setup: once, with a token, step by step; what was typed stays until it is done.
import { html, render, useEffect, useRef, useState } from '../../lib/preact.js';
import { connection } from '../../lib/api.js';
import { useInterval } from '../../lib/use.js';
import { Button, Card, Empty, Field, Loading, Problem, classes } from '../../lib/ui.js';
import { Logo, LostBanner, ThemeSwitch } from '../shell.js';
import { hasToken, post, readInfo, readState, setToken } from './client.js';
import { bodyOf, keep, kept, modesOf, settingOf, stepsOf, wantsAccount } from './plan.js';
import { Review } from './review.js';
import { Step } from './steps.js';

const LOOK_MS = 3000;

function Frame({ project, children }) {
  return html`<header class="topbar"><span class="brand"><${Logo} /><span class="brand-name">${project ? `Setup of ${project}` : 'Setup'}</span></span>
    <span class="topbar-space"></span><${ThemeSwitch} /></header><${LostBanner} />${children}`;
}

function TokenForm({ again, onToken }) {
  const [text, setText] = useState('');
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onToken(text);
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return html`<main class="middle setup-token"><${Card}><h1 class="card-title">Set up</h1>
    ${again && html`<div class="note warn">The server was started anew, and printed another token. What you entered is still there.</div>`}
    <p>The server printed a setup token when it started. It proves that you may do this, and works once.</p>
    <form onSubmit=${submit} novalidate>
      <${Field} label="Setup token" name="token" type="password" autocomplete="off" value=${text} onInput=${setText} hint="43 characters, in the server's output or log." />
      <${Problem} error=${error} />
      <${Button} type="submit" kind="primary" class="block" busy=${busy} disabled=${text.trim() === ''}>Go on</${Button}></form></${Card}></main>`;
}

function Closed({ project, by }) {
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);
  return html`<main class="middle"><${Card}><h1 class="card-title" tabindex="-1" ref=${heading}>${by ? 'It was set up meanwhile' : `${project} is set up`}</h1>
    ${by && html`<p>While this page was open, ${by}. Nothing that you entered was stored.</p>`}
    <p>The setup is done once, and is closed now. Settings are changed in the console.</p>
    <${Button} kind="primary" class="block" href="/sign-in">Sign in</${Button}></${Card}></main>`;
}

function Ways({ steps, at, far, onGo }) {
  const list = useRef(null);
  // On a phone they stand side by side, and not all fit.
  useEffect(() => list.current.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), [at]);
  return html`<nav class="setup-ways" aria-label="Steps"><ol ref=${list}>${steps.map((step, index) => html`<li key=${step.id}>
    <button type="button" aria-current=${index === at ? 'step' : null} disabled=${index > far} class=${classes(index < far && index !== at && 'passed')} onClick=${() => onGo(index)}>
      <span class="mark" aria-hidden="true">${index < far && index !== at ? '✓' : index + 1}</span>${step.title}</button></li>`)}</ol></nav>`;
}

/** What this page can see by itself; all else is the server's to say. */
function ownErrors(step, info, entered, secrets) {
  const errors = {};
  if (step.id === 'mode' && !entered.mode) errors.mode = 'Choose one of them.';
  if (step.id === 'admin') {
    if (!/^[^@\s]+@[^@\s]+$/.test(entered.email.trim())) errors.email = 'An address, as ada@example.com.';
    if (wantsAccount(info, entered)) {
      if ((secrets.password ?? '').length < 12) errors.password = 'At least 12 characters.';
      else if (secrets.password !== secrets.again) errors.again = 'This is not the same.';
    }
  }
  return errors;
}

/** Of several addresses: which one an error is about; the first is the admin's own. */
const addressOf = (error) => Number(/\[(\d+)\]/.exec(error.message)?.[1] ?? 0);

/** Which fields of a step an error is about: {name: text}. */
function fieldsOf(error, step, info, entered) {
  const found = {};
  for (const one of error.errors.length > 0 ? error.errors : [error]) {
    const text = [one.message, one.cause].filter((part) => typeof part === 'string' && part).join(': ');
    const admin = step.id === 'admin' && settingOf(one, info.setup.admins ?? []);
    if (one.field?.startsWith('account.')) {
      if (step.id === 'admin') found[one.field.slice('account.'.length)] = text;
    } else if (admin) found[entered.others.trim() && addressOf(one) > 0 ? 'others' : 'email'] = text;
    else if (step.id === 'mode' && settingOf(one, [info.setup.mode])) found.mode = text;
    else {
      const name = settingOf(one, step.settings.map((setting) => setting.name));
      if (name) found[name] = text;
    }
  }
  return found;
}

function Wizard({ info, onClosed, onToken }) {
  const [entered, setEntered] = useState(kept);
  const [secrets, setSecrets] = useState({});
  const [at, setAt] = useState(0);
  const [far, setFar] = useState(0);
  const [errors, setErrors] = useState({});
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  // "applying": that it is closed is this page's own doing; "done": there is no way back.
  const [phase, setPhase] = useState('');
  const done = phase === 'done';
  const main = useRef(null);
  const steps = stepsOf(info, entered);
  const step = steps[Math.min(at, steps.length - 1)];
  const set = (change) => setEntered((was) => ({ ...was, ...change }));
  const setSecret = (name, text) => setSecrets((was) => ({ ...was, [name]: text }));
  useEffect(() => keep(entered), [entered]);
  useEffect(() => connection.subscribe((now) => now.lost === '' && setProblem(null)), []);
  useEffect(() => {
    const modes = modesOf(info);
    if (!entered.mode && modes.length === 1) set({ mode: modes[0] });
  }, []);

  const go = (index) => {
    setAt(index);
    setFar(Math.max(far, index));
    setErrors({});
    setProblem(null);
    scrollTo(0, 0);
    main.current.focus({ preventScroll: true });
  };

  /** The server looks at all that was entered so far; what it says about this step is shown here. */
  const next = async (event) => {
    event.preventDefault();
    const found = ownErrors(step, info, entered, secrets);
    setErrors(found);
    setProblem(null);
    if (Object.keys(found).length > 0) return focusFirst();
    setBusy(true);
    try {
      await post(bodyOf(info, entered, secrets, true));
    } catch (error) {
      setBusy(false);
      if (error.code === 'BED1031' || error.code === 'BED0936') return onClosed();
      if (error.code === 'BED1030') return onToken();
      // That the server is away stands in the banner.
      if (error.status === 0) return undefined;
      if (error.status >= 500) return setProblem(error);
      const here = fieldsOf(error, step, info, entered);
      setErrors(here);
      if (Object.keys(here).length > 0) return focusFirst();
    }
    setBusy(false);
    return go(at + 1);
  };
  const focusFirst = () => setTimeout(() => main.current.querySelector('[aria-invalid="true"], [name="mode"]')?.focus(), 0);

  const blame = (error) => {
    for (const one of steps) if (Object.keys(fieldsOf(error, one, info, entered)).length > 0) return one;
    return null;
  };
  const last = step.id === 'review';
  return html`<${Frame} project=${info.project}><div class=${classes('setup', done && 'alone')}>
    ${!done && html`<${Ways} steps=${steps} at=${at} far=${far} onGo=${go} />`}
    <main tabindex="-1" ref=${main}><h1 class="aside">Setup of ${info.project}: ${step.title}</h1>
      ${last
        ? html`<${Review} info=${info} entered=${entered} secrets=${secrets} blame=${blame} onGo=${(id) => go(steps.findIndex((one) => one.id === id))} onBack=${() => go(at - 1)} onPhase=${setPhase} onClosed=${onClosed} />`
        : html`<form onSubmit=${next} novalidate class="stack"><${Step} step=${step} info=${info} entered=${entered} secrets=${secrets} set=${set} setSecret=${setSecret} errors=${errors} />
            <${Problem} error=${problem} />
            <div class="row apart">${at > 0 ? html`<${Button} onClick=${() => go(at - 1)}>Back</${Button}>` : html`<span></span>`}
              <${Button} type="submit" kind="primary" busy=${busy}>Next</${Button}></div></form>`}
    </main></div>
    ${phase === '' && html`<${StillOpen} onClosed=${onClosed} />`}</${Frame}>`;
}

/** Looks whether somebody else was first. */
function StillOpen({ onClosed }) {
  useInterval(async () => {
    const state = await readState().catch(() => null);
    if (state && !state.open) onClosed(state);
  }, LOOK_MS);
  return null;
}

function App() {
  const [state, setState] = useState(null);
  const [info, setInfo] = useState(null);
  const [again, setAgain] = useState(false);
  const [error, setError] = useState(null);
  const look = () => readState().then((value) => { setState(value); setError(null); }, setError);

  const enter = async (text) => {
    setToken(text);
    try {
      setInfo(await readInfo());
      setAgain(false);
    } catch (problem) {
      if (problem.code === 'BED1031') await look();
      setToken('');
      throw problem;
    }
  };
  useEffect(() => {
    look();
    const given = decodeURIComponent(location.hash.slice(1));
    // It shall neither stand in the history nor be copied along.
    if (given) {
      history.replaceState(null, '', location.pathname);
      enter(given).catch(() => {});
    }
    return connection.subscribe((now) => now.lost === '' && look());
  }, []);
  // The server may not know yet whether there is something to set up.
  useInterval(() => !state && error && look(), LOOK_MS);
  useEffect(() => {
    document.title = `Setup · ${state?.project ?? 'Bedstone'}`;
  }, [state?.project]);

  const closed = async (known) => setState(known ?? (await readState().catch(() => ({ ...state, open: false }))));
  const newToken = () => {
    setToken('');
    setAgain(true);
    setInfo(null);
  };
  if (!state) return html`<${Frame}><main class="middle">${error ? html`<${Card}><h1 class="card-title">The setup cannot begin yet</h1><${Problem} error=${error} onRetry=${look} /></${Card}>` : html`<${Loading} />`}</main></${Frame}>`;
  if (!state.open) return html`<${Frame} project=${state.project}><${Closed} project=${state.project} by=${state.by} /></${Frame}>`;
  if (!info || !hasToken()) return html`<${Frame} project=${state.project}><${TokenForm} again=${again} onToken=${enter} /></${Frame}>`;
  if (info.form.settings.length === 0) return html`<${Frame} project=${state.project}><main class="middle"><${Empty} title="There is nothing to set up." /></main></${Frame}>`;
  return html`<${Wizard} info=${info} onClosed=${closed} onToken=${newToken} />`;
}

render(html`<${App} />`, document.getElementById('app'));
