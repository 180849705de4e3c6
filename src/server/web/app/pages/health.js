// Health: what checks of the database find now, what to do about it, and what they found over time.
import { html, useState } from '../../lib/preact.js';
import { can, get, send } from '../../lib/api.js';
import { useLive } from '../../lib/live.js';
import { setQuery } from '../../lib/router.js';
import { useData } from '../../lib/use.js';
import { Badge, Button, Card, Facts, Loaded, Page, Tabs, Time, toast } from '../../lib/ui.js';
import { toneOf } from '../../lib/status.js';
import { Checks, Steps } from '../health/checks.js';
import { Changes, CheckHistory, Integrity, Overview, PASTS } from '../health/plots.js';

export const title = 'Health';

const WORDS = { pass: 'All is well', warn: 'Something is to be looked at', fail: 'Something is wrong' };

function Now({ report, query, may, onRun, onOpen }) {
  const filter = query.get('show') ?? '';
  const search = query.get('q') ?? '';
  const { counts } = report;
  const filters = [['', 'All', report.checks.length], ['fail', 'Failed', counts.fail], ['warn', 'Warned', counts.warn], ['pass', 'Passed', counts.pass]];
  return html`<${Card} title=${html`<span class="row"><${Badge} tone=${toneOf(report.outcome)}>${report.outcome}</${Badge}>${WORDS[report.outcome]}</span>`}>
      <${Facts} items=${[['Database', report.database], ['Engine', [report.database_type, report.server_version].filter(Boolean).join(' ')], ['Checked', html`<${Time} value=${report.at} /> on ${report.host}`]]} />
      <${Steps} steps=${report.steps} /></${Card}>
    <${Card} title="Checks" actions=${html`<div class="picks"><input type="search" aria-label="Search checks" placeholder="Search" value=${search} onInput=${(event) => setQuery({ q: event.target.value })} />
        <select aria-label="Which checks" value=${filter} onChange=${(event) => setQuery({ show: event.target.value })}>${filters.map(([value, label, count]) => html`<option key=${value} value=${value} selected=${value === filter}>${label} (${count})</option>`)}</select></div>`}>
      <${Checks} checks=${report.checks} filter=${filter} search=${search} may=${may} onRun=${onRun} onOpen=${onOpen} /></${Card}>`;
}

function Past({ past, onOpen }) {
  const data = useData(() => get('health/history', { past }), [past]);
  useLive(['checks', 'open'], data.reload);
  return html`<div class="picks"><select aria-label="How far back" value=${past} onChange=${(event) => setQuery({ past: event.target.value })}>${PASTS.map(([value, label]) => html`<option key=${value} value=${value} selected=${value === past}>${label}</option>`)}</select></div>
    <${Loaded} of=${data} lines=${6}>${(page) => html`<${Integrity} page=${page} />
      <${Card} title="Checks over time" flush><${Overview} page=${page} onOpen=${onOpen} /></${Card}>
      <${Card} title="What changed" flush><${Changes} changes=${page.changes} /></${Card}>`}</${Loaded}>`;
}

export default function Health({ query }) {
  // What somebody ran here stays until the server checks again by itself.
  const [ran, setRan] = useState(null);
  const [busy, setBusy] = useState('');
  const data = useData(() => get('health'));
  useLive(['checks', 'open'], () => {
    if (busy) return;
    data.reload();
  });
  const may = can('admin');
  const view = query.get('view') ?? 'now';
  const past = query.get('past') ?? '24h';
  const open = (id) => setQuery({ check: id });
  const run = async (what, body) => {
    setBusy(what);
    try {
      const found = await send('POST', 'health', body);
      setRan((was) => merged(was, found, body));
      toast(`${found.checks.length} ${found.checks.length === 1 ? 'check' : 'checks'} in ${found.duration.toFixed(2)} s: ${found.counts.fail} failed, ${found.counts.warn} warned.`, { tone: found.outcome === 'fail' ? 'bad' : 'good' });
      data.reload();
    } catch (error) {
      toast(error.message, { tone: 'bad' });
    }
    setBusy('');
  };
  const shown = data.data && ran ? merged(ran, data.data, {}) : data.data;
  const report = shown && { ...shown, ...summed(shown.checks, shown) };
  const actions = may && html`<${Button} busy=${busy === 'fast'} disabled=${busy !== ''} onClick=${() => run('fast', {})}>Run now</${Button}>
    <${Button} busy=${busy === 'all'} disabled=${busy !== ''} title="Also checks that read much" onClick=${() => run('all', { all: true })}>Run all checks</${Button}>`;
  return html`<${Page} title="Health" text="What the server's checks of the database find; it checks again and again by itself." actions=${actions}>
    <${Tabs} tabs=${[{ id: 'now', label: 'Now' }, { id: 'history', label: 'Over time' }]} current=${view} onChange=${(id) => setQuery({ view: id === 'now' ? '' : id })} label="Health" />
    ${view === 'now'
      ? html`<${Loaded} of=${{ ...data, data: report }} lines=${6}>${(found) => html`<${Now} report=${found} query=${query} may=${may} onOpen=${open} onRun=${(checks) => run('one', { checks })} />`}</${Loaded}>`
      : html`<${Past} past=${past} onOpen=${open} />`}
    ${query.get('check') && html`<${CheckHistory} id=${query.get('check')} past=${past} onPast=${(value) => setQuery({ past: value })} onClose=${() => setQuery({ check: null })} />`}
  </${Page}>`;
}

/** The findings of `was`, with those of `fresh` in their place. */
function merged(was, fresh, body) {
  if (!was || body.all) return fresh;
  const newer = new Map(fresh.checks.map((one) => [one.id, one]));
  const checks = was.checks.map((one) => newer.get(one.id) ?? one);
  for (const one of fresh.checks) if (!checks.some((other) => other.id === one.id)) checks.push(one);
  return { ...fresh, checks };
}

function summed(checks, report) {
  const counts = { pass: 0, warn: 0, fail: 0 };
  for (const one of checks) counts[one.outcome]++;
  const outcome = counts.fail > 0 ? 'fail' : counts.warn > 0 ? 'warn' : report.outcome === 'fail' && report.errors.length > 0 ? 'fail' : 'pass';
  return { counts, outcome };
}
