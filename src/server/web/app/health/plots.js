// What checks found over a time, as strips and plots.
import { html } from '../../lib/preact.js';
import { Badge, Button, Card, Dialog, Empty, Facts, Loaded, Table, Time, duration } from '../../lib/ui.js';
import { Line } from '../../lib/plot.js';
import { Strip, spanLabels } from '../../lib/spans.js';
import { toneOf } from '../../lib/status.js';
import { get } from '../../lib/api.js';
import { useData } from '../../lib/use.js';
import { useLive } from '../../lib/live.js';

export const PASTS = [['1h', 'The last hour'], ['24h', 'The last day'], ['7d', 'The last week'], ['30d', 'The last month']];

/** Of 100; never "100" while something failed. */
export function rate(good, all) {
  if (all === 0) return '–';
  const value = (100 * good) / all;
  return `${good < all ? Math.min(value, 99.9).toFixed(1) : '100'} %`;
}

const sum = (list) => list.reduce((total, one) => total + one, 0);

/** The worst of each span: what a strip shows. */
export function cellsOf(series, labels) {
  return labels.map((label, index) => {
    const [failed, warned, passed] = [series.failed[index], series.warned[index], series.passed[index]];
    const all = failed + warned + passed;
    const tone = failed > 0 ? 'bad' : warned > 0 ? 'warn' : all > 0 ? 'good' : '';
    const text = all === 0 ? 'not checked' : [failed && `${failed} failed`, warned && `${warned} warned`, passed && `${passed} passed`].filter(Boolean).join(', ');
    return { label, tone, text };
  });
}

/** Of every check a line: its strip, how often it did not fail, how long it took. */
export function Overview({ page, onOpen }) {
  const labels = spanLabels(page);
  if (page.series.length === 0) return html`<${Empty} title="Nothing is recorded of this time.">The server checks every now and then, and so does <code>bedstone health --watch</code>; what they find stands here.</${Empty}>`;
  const columns = [
    { key: 'id', title: 'Check', render: (row) => html`<button type="button" class="as-link" onClick=${() => onOpen(row.id)}>${row.id}</button>` },
    { key: 'strip', title: 'Outcome', wide: true, render: (row) => html`<${Strip} cells=${cellsOf(row, labels)} label=${row.id} />` },
    { key: 'rate', title: 'Did not fail', align: 'end', render: (row) => rate(sum(row.passed) + sum(row.warned), sum(row.passed) + sum(row.warned) + sum(row.failed)) },
    { key: 'time', title: 'Longest', align: 'end', render: (row) => duration(Math.max(...row.longest.filter((one) => one !== null))) },
  ];
  const worst = [...page.series].sort((a, b) => sum(b.failed) - sum(a.failed) || sum(b.warned) - sum(a.warned) || a.id.localeCompare(b.id));
  return html`<${Table} caption="Checks over time" columns=${columns} rows=${worst} />`;
}

/** Whether the schema was what was recorded, and every moment at which that changed. */
export function Integrity({ page }) {
  const schema = page.series.find((one) => one.id === 'schema');
  if (!schema) return null;
  const changes = page.changes.filter((one) => one.id === 'schema');
  return html`<${Card} title="Schema integrity"><p class="soft">Whether the schema is what was recorded when it was migrated.</p>
    <${Strip} cells=${cellsOf(schema, spanLabels(page))} label="schema" large />
    ${changes.length === 0 ? html`<p class="small soft">It did not change in this time.</p>` : html`<${Changes} changes=${changes} />`}</${Card}>`;
}

export function Changes({ changes }) {
  if (changes.length === 0) return html`<${Empty} title="Nothing changed.">No outcome was another one than before.</${Empty}>`;
  const columns = [
    { key: 'at', title: 'When', class: 'nowrap', render: (row) => html`<${Time} value=${row.at} />` },
    { key: 'id', title: 'Check', render: (row) => html`<code>${row.id}</code>` },
    { key: 'after', title: 'Became', class: 'nowrap', render: (row) => html`<${Badge} tone=${toneOf(row.before)}>${row.before}</${Badge}> <span aria-hidden="true">→</span> <${Badge} tone=${toneOf(row.after)}>${row.after}</${Badge}>` },
    { key: 'evidence', title: 'What was seen', wide: true },
    { key: 'host', title: 'On' },
  ];
  return html`<${Table} caption="Outcomes that changed" columns=${columns} rows=${changes} keyOf=${(row) => row.id + row.host + row.at} />`;
}

/** One check over a time. */
export function CheckHistory({ id, past, onPast, onClose }) {
  const data = useData(() => get('health/history', { past, check: id, points: 60 }), [id, past]);
  useLive('checks', data.reload);
  return html`<${Dialog} title=${`History of ${id}`} wide onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>Close</${Button}>`}>
    <div class="picks"><select aria-label="How far back" value=${past} onChange=${(event) => onPast(event.target.value)}>${PASTS.map(([value, label]) => html`<option key=${value} value=${value} selected=${value === past}>${label}</option>`)}</select></div>
    <${Loaded} of=${data}>${(page) => {
      const series = page.series[0];
      if (!series) return html`<${Empty} title="Nothing is recorded of this time." />`;
      const labels = spanLabels(page);
      const start = Date.parse(page.since);
      const points = series.mean.map((seconds, index) => ({ x: start + index * page.width * 1000, y: seconds === null ? NaN : seconds * 1000, tone: series.failed[index] > 0 ? 'bad' : series.warned[index] > 0 ? 'warn' : '' }));
      const all = sum(series.passed) + sum(series.warned) + sum(series.failed);
      return html`<h3 class="dialog-part">Outcome</h3><${Strip} cells=${cellsOf(series, labels)} label=${id} large />
        <${Facts} items=${[['Did not fail', rate(all - sum(series.failed), all)], ['Checked', `${all} times`], ['Failed', sum(series.failed) || 'never'], ['Warned', sum(series.warned) || 'never']]} />
        <h3 class="dialog-part">How long it took</h3><${Line} points=${points} label=${`Mean duration of ${id}`} unit=" ms" />
        ${page.changes.length > 0 && html`<h3 class="dialog-part">What changed</h3><${Changes} changes=${page.changes} />`}`;
    }}</${Loaded}></${Dialog}>`;
}
