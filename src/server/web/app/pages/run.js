// One run: its steps one behind the other, and what failed.
import { html } from '../../lib/preact.js';
import { get } from '../../lib/api.js';
import { useData } from '../../lib/use.js';
import { Timeline } from '../../lib/plot.js';
import { toneOf } from '../../lib/status.js';
import { Badge, Card, Code, Duration, Empty, Facts, Loaded, Page, Table, Time, duration } from '../../lib/ui.js';
import { ErrorCode, states } from '../runs_table.js';

const BARS = { failed: 'bad', interrupted: 'warn', undone: 'warn', skipped: 'info' };

/** Steps follow one another: each begins where the one before ended. */
export function placed(steps) {
  let at = 0;
  return steps.map((step) => {
    const start = at;
    at += step.duration;
    return { ...step, start };
  });
}

const COLUMNS = [
  { key: 'kind', title: 'Step', render: (step) => html`<span class="nowrap">${step.kind.replace('_', ' ')}</span>` },
  { key: 'subject', title: 'What', wide: true, render: (step) => html`<span class="mono">${step.subject}</span>${step.detail && html`<div class="soft small">${step.detail}</div>`}` },
  { key: 'start', title: 'After', align: 'end', render: (step) => html`<${Duration} value=${step.start} />` },
  { key: 'duration', title: 'Took', align: 'end', render: (step) => html`<${Duration} value=${step.duration} />` },
  { key: 'outcome', title: 'Result', render: (step) => html`<${Badge} tone=${toneOf(step.outcome)}>${step.outcome}</${Badge}> <${ErrorCode} code=${step.error_code} />` },
];

function Failure({ error, mild }) {
  const place = error.file && `${error.file}${error.line ? `:${error.line}` : ''}${error.line && error.column ? `:${error.column}` : ''}`;
  return html`<div class=${mild ? 'note warn' : 'problem'}><p><${ErrorCode} code=${error.code} /> <strong>${error.message}</strong></p>
    ${error.cause && html`<p>${error.cause}</p>`}
    ${place && html`<p class="mono small">${place}</p>`}
    ${error.statement && html`<pre tabindex="0"><code>${error.statement}</code></pre>`}
    ${error.hint && html`<p class="problem-hint"><${Code} text=${error.hint} /></p>`}</div>`;
}

function Shown({ run }) {
  const steps = placed(run.steps);
  return html`<${Card} title="The run" actions=${html`<${Badge} tone=${toneOf(run.outcome)}>${run.outcome}</${Badge}>`}>
      <${Facts} items=${[
        ['Command', html`<span class="mono">${run.command}</span>`],
        ['Started', html`<${Time} value=${run.started_at} full />`],
        ['Ended', run.finished_at && html`<${Time} value=${run.finished_at} full />`],
        ['Took', duration(run.duration)],
        ['State', states(run)],
        ['By', run.user && `${run.user}, ${run.host}, process ${run.pid}`],
        ['Bedstone', run.bedstone_version],
        ['Number', html`<span class="mono">${run.run_id}</span>`],
      ]} /></${Card}>
    ${run.errors.length > 0 && html`<${Card} title=${run.outcome === 'done' ? 'Warnings' : 'What failed'}>${run.errors.map((error, index) => html`<${Failure} key=${index} error=${error} mild=${run.outcome === 'done'} />`)}</${Card}>`}
    ${steps.length > 0 && html`<${Card} title="Timeline"><${Timeline} label="Steps of the run" rows=${steps.map((step) => ({
      label: `${step.kind.replace('_', ' ')} ${step.subject}`, start: step.start, length: step.duration, tone: BARS[step.outcome], text: duration(step.duration) }))} /></${Card}>`}
    <${Card} title="Steps" flush><${Table} caption="Steps" columns=${COLUMNS} rows=${steps} keyOf=${(step, index) => index} empty=${html`<${Empty} title="No step was recorded." />`} /></${Card}>`;
}

/** `id`: of the run, or its first characters. */
export function Run({ id }) {
  const of = useData(() => get(`runs/${encodeURIComponent(id)}`), [id]);
  return html`<${Page} title=${`Run ${id.slice(0, 8)}`} actions=${html`<a href="/runs">All runs</a>`}>
    <${Loaded} of=${of} lines=${8}>${(it) => html`<${Shown} run=${it.runs[0]} />`}</${Loaded}></${Page}>`;
}
