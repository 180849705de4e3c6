// Checks as the server found them: what is wrong first, with what mends it.
import { html, useState } from '../../lib/preact.js';
import { Badge, Button, Code, Copy, Duration, Empty, classes } from '../../lib/ui.js';
import { toneOf } from '../../lib/status.js';

const RANK = { fail: 0, warn: 1, pass: 2 };
const SEVERITY = { critical: 0, error: 1, warning: 2, info: 3 };
const WORDS = { fail: 'Failed', warn: 'To look at', pass: 'Passed' };

/** The worst first; of one outcome the most severe, then by name. */
export function ordered(checks) {
  return [...checks].sort((a, b) => RANK[a.outcome] - RANK[b.outcome] || SEVERITY[a.severity] - SEVERITY[b.severity] || a.id.localeCompare(b.id));
}

/** A command as it can be typed, with a button that copies it. */
export function Repair({ command }) {
  return html`<div class="repair"><pre tabindex="0" aria-label="Command"><code>${command}</code></pre><${Copy} text=${command} label="Copy" /></div>`;
}

function Finding({ check, onOpen, may, onRun }) {
  const wrong = check.outcome !== 'pass';
  const [open, setOpen] = useState(false);
  const more = check.details.length > 0;
  return html`<li class=${classes('finding', check.outcome)} data-check=${check.id}>
    <div class="row apart"><div class="row"><${Badge} tone=${check.checked ? toneOf(check.outcome) : 'plain'}>${check.checked ? { fail: 'fails', warn: 'warns', pass: 'passes' }[check.outcome] : 'not looked at'}</${Badge}>
        <strong class="finding-title">${check.title}</strong><code class="soft">${check.id}</code>
        ${wrong && ['critical', 'error'].includes(check.severity) && html`<${Badge} tone="bad">${check.severity}</${Badge}>`}</div>
      <div class="row small"><span class="soft"><${Duration} value=${check.duration} /></span>
        ${may && html`<button type="button" class="as-link" aria-label=${`Run ${check.id} now`} onClick=${() => onRun([check.id])}>Run</button>`}
        <button type="button" class="as-link" aria-label=${`History of ${check.id}`} onClick=${() => onOpen(check.id)}>History</button></div></div>
    <p class="evidence">${check.evidence}</p>
    ${more && (wrong || open) && html`<ul class="details">${check.details.slice(0, open ? undefined : 5).map((line, index) => html`<li key=${index}>${line}</li>`)}</ul>`}
    ${more && (check.details.length > 5 || !wrong) && html`<button type="button" class="as-link small" aria-expanded=${open ? 'true' : 'false'} onClick=${() => setOpen(!open)}>${open ? 'Less' : `${wrong ? 'All' : 'Show'} ${check.details.length} ${check.details.length === 1 ? 'detail' : 'details'}`}</button>`}
    ${wrong && check.advice && html`<p class="advice"><${Code} text=${check.advice} /></p>`}
    ${wrong && check.repair && html`<${Repair} command=${check.repair} />`}</li>`;
}

/** `checks`: findings; `filter`: "", "wrong", or an outcome; `onOpen(id)`: its history; `onRun(ids)`. */
export function Checks({ checks, filter, search, may, onOpen, onRun }) {
  const text = search.toLowerCase();
  const shown = ordered(checks).filter((one) => (filter === '' || one.outcome === filter) && `${one.id} ${one.title} ${one.evidence}`.toLowerCase().includes(text));
  if (shown.length === 0) return html`<${Empty} title=${filter === 'fail' ? 'Nothing fails.' : 'No check is like that.'} />`;
  return html`${['fail', 'warn', 'pass'].map((outcome) => {
    const list = shown.filter((one) => one.outcome === outcome);
    if (list.length === 0) return null;
    return html`<section key=${outcome} aria-label=${WORDS[outcome]}><h3 class="findings-head">${WORDS[outcome]} <span class="count">${list.length}</span></h3>
      <ul class="findings">${list.map((check) => html`<${Finding} key=${check.id} check=${check} may=${may} onOpen=${onOpen} onRun=${onRun} />`)}</ul></section>`;
  })}`;
}

/** The way to a database that cannot be reached, step by step. */
export function Steps({ steps }) {
  if (!steps?.length) return null;
  return html`<ol class="steps">${steps.map((step) => html`<li key=${step.name}><div class="row"><${Badge} tone=${step.outcome ? toneOf(step.outcome) : 'plain'}>${step.outcome ?? 'not reached'}</${Badge}><strong>${step.name}</strong><span>${step.evidence}</span></div>
    ${step.outcome === 'fail' && step.advice && html`<p class="advice"><${Code} text=${step.advice} /></p>`}
    ${step.outcome === 'fail' && step.repair && html`<${Repair} command=${step.repair} />`}</li>`)}</ol>`;
}
