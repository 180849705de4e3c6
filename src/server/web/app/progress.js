// A run of `up` as it goes on: started here or anywhere, told by events.
import { html, useState } from '../lib/preact.js';
import { send } from '../lib/api.js';
import { useLive } from '../lib/live.js';
import { Badge, Button, Card, Confirm, Problem, duration } from '../lib/ui.js';

/** {steps: [{step, subject, done, total, unit}], result}; null: nothing ran since the page was opened. */
export function useProgress(onEnd) {
  const [run, setRun] = useState(null);
  useLive('progress', (one) => setRun((was) => {
    const steps = was && !was.result ? was.steps : [];
    const last = steps[steps.length - 1];
    // What was begun, and then is done, is one line.
    const same = last && last.subject === one.subject;
    return { result: null, steps: same ? [...steps.slice(0, -1), one] : [...steps, one] };
  }));
  useLive('up', (result) => {
    setRun((was) => ({ steps: was?.steps ?? [], result }));
    onEnd?.(result);
  });
  // The run's events may be here before the answer to the request that started it.
  const begin = () => setRun((was) => (was === run ? { steps: [], result: null } : was));
  return [run, begin, () => setRun(null)];
}

/** Asks, then starts `up` on the server. */
export function StartUp({ onStart, label = 'Run up' }) {
  const [asks, setAsks] = useState(false);
  const start = async () => {
    await send('POST', 'up');
    setAsks(false);
    onStart();
  };
  return html`<${Button} kind="primary" onClick=${() => setAsks(true)}>${label}</${Button}>
    ${asks && html`<${Confirm} title="Run up now?" action="Run up" onConfirm=${start} onClose=${() => setAsks(false)}>
      <p>It does what <code>bedstone up</code> does: applies pending migrations, carries out seed sets that are due, and imports settings. Others that start at the same time wait.</p>
      <p class="soft small">Values that an operator changed are kept.</p></${Confirm}>`}`;
}

function Outcome({ result }) {
  const done = (result.steps ?? []).filter((step) => step.outcome === 'done').length;
  if (!result.success) return html`<${Problem} error=${{ message: 'The run failed.', errors: result.errors }} />${result.run_id && html`<a href=${`/runs/${result.run_id}`}>What failed, and where</a>`}`;
  return html`<div class="note good"><strong>${result.run_id ? `Done: ${done} ${done === 1 ? 'step' : 'steps'} in ${duration(result.duration)}.` : 'Nothing was to be done.'}</strong>
    ${result.run_id && html` <a href=${`/runs/${result.run_id}`}>Look at the run</a>`}</div>
    ${result.degraded?.length > 0 && html`<div class="note warn">Went on without: ${result.degraded.join(', ')}</div>`}`;
}

/** What `useProgress` gave. */
export function Progress({ run, onClose }) {
  if (!run) return null;
  const shown = run.steps.slice(-8);
  return html`<${Card} title=${run.result ? 'What up did' : 'Running up'} class="progress" actions=${run.result ? html`<${Button} kind="quiet" onClick=${onClose}>Close</${Button}>` : html`<${Badge} tone="info">running</${Badge}>`}>
    <div role="status" aria-live="polite">
      ${shown.length > 0 && html`<ol class="steps">${shown.map((one, index) => html`<li key=${index}>
        <span>${one.step}</span> <span class="soft">${one.subject}</span>
        ${one.total > 0 && html`<progress value=${one.done} max=${one.total} aria-label=${`${one.step} ${one.subject}`}></progress>`}
        ${one.total > 0 && html`<span class="number soft small">${one.done} of ${one.total}${one.unit ? ` ${one.unit}` : ''}</span>`}</li>`)}</ol>`}
      ${!run.result && shown.length === 0 && html`<p class="soft">Waiting for the server to begin …</p>`}
      ${run.result && html`<${Outcome} result=${run.result} />`}</div></${Card}>`;
}
