// The last step: the plan, carrying it out, and the way on.
import { html, useEffect, useRef, useState } from '../../lib/preact.js';
import { signIn } from '../../lib/api.js';
import { Badge, Button, Card, Loading, Problem, Table } from '../../lib/ui.js';
import { post, watch } from './client.js';
import { bodyOf, dueSets, forget, wantsAccount } from './plan.js';

const EFFECTS = { added: ['set', 'good'], changed: ['changed', 'info'], made: ['made', 'accent'], pinned: ['by its variable', 'plain'], unchanged: ['as it is', 'plain'], removed: ['taken away', 'warn'] };
const value = (text) => (text === null ? html`<span class="none">–</span>` : html`<code>${text}</code>`);

/** What the setup would do, as the server says. `onErrors(errors)`: it would be refused. */
function Plan({ plan, info, entered }) {
  const columns = [
    { key: 'key', title: 'Setting', render: (one) => html`<span class="mono">${one.key}</span>${one.restart && html` <span class="soft small">from the next start on</span>`}` },
    { key: 'effect', title: 'What happens', render: (one) => html`<${Badge} tone=${EFFECTS[one.effect]?.[1]}>${EFFECTS[one.effect]?.[0] ?? one.effect}</${Badge}>` },
    { key: 'after', title: 'After', render: (one) => value(one.after) },
    { key: 'before', title: 'Before', render: (one) => value(one.before) },
  ];
  const sets = dueSets(info).map((one) => one.set).filter((one) => !entered.leave.includes(one));
  return html`<${Table} caption="Settings" columns=${columns} rows=${plan.settings} keyOf=${(one) => one.key} />
    <ul class="plan-more">
      ${wantsAccount(info, entered) && html`<li>An account with a password for <strong>${entered.email}</strong>; if there is one, it gets this password.</li>`}
      ${sets.length > 0 && html`<li>Seed sets that are loaded: ${sets.join(', ')}.</li>`}
      <li>All settings are stored as one revision, or none is. Afterwards this setup is closed for good.</li>
    </ul>`;
}

const STEPS = { check: 'Checking everything', account: 'The account of the first admin', settings: 'Storing the settings', seeds: 'Loading the seed sets' };
const MARKS = { waiting: '·', begun: '…', done: '✓', failed: '✕' };

function Progress({ states, progress }) {
  return html`<ol class="doing" aria-live="polite">${states.map(([name, state]) => html`<li key=${name} class=${state}>
    <span class="mark" aria-hidden="true">${MARKS[state]}</span><span>${STEPS[name]}${state === 'begun' && name === 'seeds' && progress ? html` <span class="soft small">${progress.subject}${progress.total > 0 ? `, ${progress.done} of ${progress.total}` : ''}</span>` : ''}</span>
    <span class="aside">${state === 'waiting' ? 'not yet' : state === 'begun' ? 'being done' : state}</span></li>`)}</ol>`;
}

function Done({ info, entered, secrets, result }) {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const heading = useRef(null);
  useEffect(() => heading.current.focus(), []);
  const local = wantsAccount(info, entered) && secrets.password;
  const go = async () => {
    setBusy(true);
    try {
      if (local) await signIn(entered.email.trim(), secrets.password);
      location.assign(local ? '/' : '/sign-in');
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  const restart = result.settings.some((one) => one.restart && ['added', 'changed'].includes(one.effect));
  return html`<${Card}><h2 tabindex="-1" ref=${heading} class="done-title">${info.project} is set up</h2>
    <p>The settings are revision ${result.revision}. Everything can be changed later, in the console or with <code>bedstone config</code>; this page is closed for good.</p>
    ${restart && html`<div class="note">Some settings count from the next start of the server on, such as its address.</div>`}
    ${result.seeding && !result.seeding.success && html`<p>Some seed sets could not be loaded. The setup is done all the same; mend them, and load them with <code>bedstone seed</code>.</p><${Problem} error=${{ ...result.seeding.errors[0], errors: result.seeding.errors }} />`}
    <${Problem} error=${error} />
    <div class="row"><${Button} kind="primary" busy=${busy} onClick=${go}>${local ? 'Open the console' : 'Sign in'}</${Button}></div></${Card}>`;
}

/** `blame(error)`: the step that has to be gone back to, and what it is called; `onGo(step)` goes there. */
export function Review({ info, entered, secrets, blame, onGo, onBack, onPhase, onClosed }) {
  const [plan, setPlan] = useState(null);
  const [error, setError] = useState(null);
  const [states, setStates] = useState(null);
  const [progress, setProgress] = useState(null);
  const [result, setResult] = useState(null);

  const look = async () => {
    setError(null);
    setPlan(null);
    try {
      setPlan(await post(bodyOf(info, entered, secrets, true)));
    } catch (problem) {
      if (problem.code === 'BED1031') onClosed();
      setError(problem);
    }
  };
  useEffect(() => void look(), []);

  const apply = async () => {
    const body = bodyOf(info, entered, secrets, false);
    const names = ['check', body.account && 'account', 'settings', body.seed.length > 0 && 'seeds'].filter(Boolean);
    onPhase('applying');
    setStates(names.map((name) => [name, 'waiting']));
    setError(null);
    const stop = watch((type, data) => {
      if (type === 'setup') setStates((was) => was.map(([name, state]) => [name, name === data.step ? data.state : state]));
      if (type === 'progress') setProgress(data);
    });
    try {
      const answer = await post(body);
      setStates(names.map((name) => [name, name === 'seeds' && !answer.seeding.success ? 'failed' : 'done']));
      forget();
      onPhase('done');
      setResult(answer);
    } catch (problem) {
      onPhase('');
      setStates((was) => was.map(([name, state]) => [name, state === 'begun' ? 'failed' : state]));
      if (problem.code === 'BED1031' || problem.code === 'BED0936') onClosed();
      setError(problem);
    }
    stop();
  };

  const place = error && blame(error);
  const problem = error && html`<${Problem} error=${error} />
    ${place && html`<p><${Button} onClick=${() => onGo(place.id)}>Back to “${place.title}”</${Button}></p>`}
    <p class="soft small">Nothing was changed, and what you entered is still there.</p>`;
  if (result) return html`<${Card} title="Done"><${Progress} states=${states} /></${Card}><${Done} info=${info} entered=${entered} secrets=${secrets} result=${result} />`;
  if (states) {
    return html`<${Card} title="Setting up"><${Progress} states=${states} progress=${progress} />${problem}
      ${error && html`<div class="row"><${Button} kind="primary" onClick=${apply}>Try again</${Button}></div>`}</${Card}>
      ${error && html`<div class="row"><${Button} onClick=${onBack}>Back</${Button}></div>`}`;
  }
  return html`<${Card} title="Review">
    ${plan ? html`<p>This is what will be done. Nothing has been changed yet.</p><${Plan} plan=${plan} info=${info} entered=${entered} />

      ` : error ? problem : html`<${Loading} />`}</${Card}>
    <div class="row apart"><${Button} onClick=${onBack}>Back</${Button}>${plan ? html`<${Button} kind="primary" onClick=${apply}>Set up ${info.project}</${Button}>` : error && html`<${Button} onClick=${look}>Check again</${Button}>`}</div>`;
}
