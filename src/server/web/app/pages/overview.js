// The first page: what the database is, what to do next, and what happened last.
import { html } from '../../lib/preact.js';
import { can, get } from '../../lib/api.js';
import { useLive } from '../../lib/live.js';
import { useData } from '../../lib/use.js';
import { toneOf, useStateChange } from '../../lib/status.js';
import { Badge, Button, Card, Code, Copy, Facts, Loaded, Page, Table, Time, classes } from '../../lib/ui.js';
import { Progress, StartUp, useProgress } from '../progress.js';
import { runColumns } from '../runs_table.js';

export const title = 'Overview';

const LIFE = [
  ['NO_DATABASE', 'No database'], ['EMPTY_DATABASE', 'Empty'], ['UNCONFIGURED', 'Unconfigured'], ['CONFIGURED', 'Configured'], ['RUNNING', 'Running'],
];
const TONES = { pass: 'good', warn: 'warn', fail: 'bad' };
const WORDS = { pass: 'All is well', warn: 'Something needs a look', fail: 'Something is wrong' };

function Lifecycle({ now }) {
  const at = LIFE.findIndex(([name]) => name === now);
  return html`<ol class="life" aria-label="Lifecycle of the application">${LIFE.map(([name, text], index) => html`<li key=${name}
    class=${classes(index < at && 'past', index === at && 'now')} aria-current=${index === at ? 'step' : null}>${text}</li>`)}</ol>`;
}

function State({ of }) {
  const it = of.database;
  const pending = it.migrations.filter((one) => one.status === 'pending').length;
  return html`<${Card} title="Database" actions=${html`<${Badge} tone=${toneOf(it.state)}>${it.state.replace('_', ' ')}</${Badge}>`}>
    <${Lifecycle} now=${it.lifecycle} />
    <${Facts} items=${[
      ['Project', it.project],
      ['Database', html`<span class="mono">${it.database}</span>`],
      ['Engine', `${{ postgres: 'PostgreSQL', sqlite: 'SQLite' }[it.database_type] ?? ''} ${(it.server_version ?? '').replace(/ \(.*/, '')}${it.pooled ? ', behind a pooler' : ''}`],
      ['Version', it.current_version && html`<a class="mono" href="/migrations">${it.current_version}</a>${pending > 0 ? `, ${pending} pending` : ''}`],
      ['Lock', it.lock && html`held by ${it.lock.host}, process ${it.lock.pid}, <${Time} value=${it.lock.since} />`],
    ]} /></${Card}>`;
}

function Step({ one, canUp, onStart }) {
  return html`<li class=${`next ${TONES[one.level]}`}>
    <div><p><strong>${one.text}</strong></p>
      ${one.advice && html`<p class="soft small"><${Code} text=${one.advice} /></p>`}
      ${one.command && html`<p class="row small"><code>${one.command}</code><${Copy} text=${one.command} /></p>`}</div>
    <div class="actions">${one.page && html`<${Button} href=${one.page}>Look</${Button}>`}
      ${one.up && canUp && html`<${StartUp} onStart=${onStart} />`}</div></li>`;
}

function Next({ steps, canUp, onStart }) {
  // One button is enough for what one run mends.
  const first = steps.findIndex((one) => one.up);
  return html`<${Card} title="What to do next" actions=${first < 0 && canUp && html`<${StartUp} onStart=${onStart} label="Run up" />`}>
    ${steps.length === 0
      ? html`<p>Nothing. The schema is current, seed sets are applied, and settings can be read.</p>`
      : html`<ul class="nexts">${steps.map((one, index) => html`<${Step} key=${index} one=${one} canUp=${canUp && index === first} onStart=${onStart} />`)}</ul>`}</${Card}>`;
}

function Health({ health }) {
  return html`<${Card} title="Health" actions=${html`<${Badge} tone=${TONES[health.status]}>${WORDS[health.status]}</${Badge}>`}>
    <ul class="checks">${health.checks.map((check) => html`<li key=${check.name}><${Badge} tone=${TONES[check.status]}>${check.status}</${Badge}>
      <span><strong>${check.name}</strong>${check.text && html`<span class="soft">: ${check.text}</span>`}</span></li>`)}</ul>
    <p class="small"><a href="/health">All checks</a></p></${Card}>`;
}

function Server({ server }) {
  return html`<${Card} title="This server"><${Facts} items=${[
    ['Bedstone', server.version],
    ['Started', html`<${Time} value=${server.started_at} />`],
    ['Settings', server.revision > 0 && `revision ${server.revision}${server.newest_revision > server.revision ? `, the newest is ${server.newest_revision}` : ''}`],
    ['Told of changes', { notification: 'at once, by the database', file: 'at once, by the file', polling: 'by asking now and then' }[server.watch] ?? server.watch],
    ['Not new since', server.stale_since && html`<${Time} value=${server.stale_since} />`],
  ]} /></${Card}>`;
}

const INSTANCES = [
  { key: 'program', title: 'Program', render: (one) => html`${one.program} <span class="soft">${one.host}, ${one.pid}</span>` },
  { key: 'revision', title: 'Revision', align: 'end', render: (one) => html`${one.revision}${one.lags && html` <${Badge} tone="warn">behind</${Badge}>`}` },
  { key: 'bedstone_version', title: 'Bedstone', align: 'end' },
  { key: 'started_at', title: 'Started', render: (one) => html`<${Time} value=${one.started_at} />` },
  { key: 'seen_at', title: 'Seen', render: (one) => html`<${Time} value=${one.seen_at} />` },
];

export default function Overview({ session }) {
  const of = useData(() => get('overview'));
  const [run, begin, close] = useProgress(of.reload);
  useLive(['health', 'config', 'open'], of.reload);
  useStateChange(of.data?.database.state, of.reload);
  const canUp = can('super_admin', session);
  return html`<${Page} title="Overview">
    <${Progress} run=${run} onClose=${close} />
    <${Loaded} of=${of} lines=${8}>${(it) => html`
      <${Next} steps=${it.next} canUp=${canUp && (!run || run.result)} onStart=${begin} />
      <div class="grid"><${State} of=${it} /><${Health} health=${it.health} /><${Server} server=${it.server} /></div>
      <${Card} title="Last runs" flush actions=${html`<a class="small" href="/runs">All runs</a>`}>
        <${Table} caption="Last runs" columns=${runColumns()} rows=${it.runs?.runs} keyOf=${(one) => one.run_id} /></${Card}>
      <${Card} title="Programs that use the settings" flush>
        <${Table} caption="Programs" columns=${INSTANCES} rows=${it.instances?.instances} keyOf=${(one) => one.instance_id} /></${Card}>`}
    </${Loaded}></${Page}>`;
}
