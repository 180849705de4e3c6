// Migrations: applied, pending, and whether files, history and schema agree.
import { html, useState } from '../../lib/preact.js';
import { get } from '../../lib/api.js';
import { useLive } from '../../lib/live.js';
import { setQuery } from '../../lib/router.js';
import { toneOf, useStateChange } from '../../lib/status.js';
import { Sql } from '../../lib/sql.js';
import { useData } from '../../lib/use.js';
import { Badge, Button, Card, Code, Duration, Empty, Facts, Loaded, Page, Problem, Table, Tabs, Time } from '../../lib/ui.js';

export const title = ({ path }) => (path.split('/')[2] ? 'Migration' : 'Migrations');

const TONES = { applied: 'good', pending: 'warn', late: 'warn', changed: 'bad', missing: 'bad', partial: 'bad', baseline: 'info', superseded: 'plain', squashed: 'plain' };
const MEANS = {
  pending: 'The next `up` applies it.', late: 'It is older than others that were applied; the next `up` applies it, unless --strict-order.',
  changed: 'The file is not what was applied.', missing: 'It was applied, and its file is gone.', partial: 'It was broken off in the middle.',
  baseline: 'Recorded as applied without running it.',
};
const isPending = (one) => one.status === 'pending' || one.status === 'late';

const COLUMNS = [
  { key: 'version', title: 'Version', render: (one) => html`<a class="mono" href=${`/migrations/${encodeURIComponent(one.version)}`}>${one.kind === 'repeatable' ? one.name : one.version}</a>` },
  { key: 'name', title: 'Name', wide: true, render: (one) => html`${one.name.replaceAll('_', ' ')}${one.kind !== 'versioned' && html` <span class="soft">${one.kind}</span>`}` },
  { key: 'status', title: 'Status', render: (one) => html`<${Badge} tone=${TONES[one.status]}>${one.status}</${Badge}>` },
  { key: 'applied', title: 'Applied', render: (one) => html`<${Time} value=${one.applied?.applied_at} />` },
  { key: 'duration', title: 'Took', align: 'end', render: (one) => one.applied && html`<${Duration} value=${one.applied.duration} />` },
  { key: 'by', title: 'By', render: (one) => one.applied && html`${one.applied.applied_by} <span class="soft">${one.applied.host}</span>` },
];

const DRIFT = [
  { key: 'object', title: 'Object', render: (one) => html`<span class="soft">${one.kind}</span> <span class="mono">${one.object}</span>` },
  { key: 'change', title: 'Is', render: (one) => html`<${Badge} tone="bad">${one.change}</${Badge}>` },
  { key: 'expected', title: 'Recorded', wide: true, render: (one) => one.expected && html`<span class="mono">${one.expected}</span>` },
  { key: 'actual', title: 'There', wide: true, render: (one) => one.actual && html`<span class="mono">${one.actual}</span>` },
];

/** What a comparison found: {migrations, drift, errors}. */
function Findings({ it, verified }) {
  const wrong = it.migrations.filter((one) => ['changed', 'missing', 'partial'].includes(one.status));
  const well = wrong.length === 0 && it.drift.length === 0 && it.errors.length === 0;
  if (well && !verified) return null;
  if (well) {
    const applied = it.migrations.filter((one) => one.applied).length;
    return html`<div class="note good" role="status"><strong>All agree.</strong> ${applied} applied ${applied === 1 ? 'migration is' : 'migrations are'} as the files say, and the schema is what was recorded.</div>`;
  }
  return html`${it.errors.length > 0 && html`<${Problem} error=${{ errors: it.errors }} />`}
    ${it.drift.length > 0 && html`<${Card} title=${`The schema differs in ${it.drift.length} ${it.drift.length === 1 ? 'place' : 'places'}`} flush>
      <${Table} caption="Differences of the schema" columns=${DRIFT} rows=${it.drift} keyOf=${(one, index) => index} /></${Card}>`}`;
}

function List({ query }) {
  const of = useData(() => get('migrations'));
  const [verified, setVerified] = useState({ it: null, error: null, busy: false });
  useLive(['up', 'open'], () => {
    of.reload();
    setVerified({ it: null, error: null, busy: false });
  });
  useStateChange(of.data?.state, of.reload);
  const verify = async () => {
    setVerified({ it: null, error: null, busy: true });
    try {
      setVerified({ it: await get('verify'), error: null, busy: false });
    } catch (error) {
      setVerified({ it: null, error, busy: false });
    }
  };
  const view = query.get('view') ?? 'all';
  return html`<${Page} title="Migrations" actions=${html`<${Button} busy=${verified.busy} onClick=${verify}>Verify</${Button}>`}
    text="What was applied in which order, and what is still to come. Verify reads each file and the whole schema, and compares them with what is recorded.">
    ${verified.error && html`<${Problem} error=${verified.error} onRetry=${verify} />`}
    <${Loaded} of=${of} lines=${8}>${(known) => {
      const it = verified.it ?? known;
      const pending = it.migrations.filter(isPending);
      const shown = { pending, applied: it.migrations.filter((one) => one.applied) }[view] ?? it.migrations;
      const tabs = [{ id: 'all', label: 'All', count: it.migrations.length }, { id: 'pending', label: 'Pending', count: pending.length }, { id: 'applied', label: 'Applied', count: it.migrations.length - pending.length }];
      return html`<${Findings} it=${it} verified=${verified.it} />
        <${Card}><${Facts} items=${[['State', html`<${Badge} tone=${toneOf(it.state)}>${it.state.replace('_', ' ')}</${Badge}>`],
          ['Version', html`<span class="mono">${it.current_version ?? 'none'}</span>`],
          ['Newest here', it.latest_version !== it.current_version && html`<span class="mono">${it.latest_version}</span>`]]} /></${Card}>
        <${Card} flush><div class="inset"><${Tabs} label="Which migrations" tabs=${tabs} current=${view} onChange=${(id) => setQuery({ view: id === 'all' ? '' : id })} /></div>
          <${Table} caption="Migrations" columns=${COLUMNS} rows=${shown} keyOf=${(one) => `${one.kind} ${one.version}`}
            empty=${html`<${Empty} title=${view === 'pending' ? 'Nothing is pending.' : 'There is no migration.'} />`} /></${Card}>`;
    }}</${Loaded}></${Page}>`;
}

/** One direction of a migration: {sql, problem}, or null. */
function Direction({ title: heading, of, none }) {
  return html`<${Card} title=${heading}>${of?.sql ? html`<${Sql} text=${of.sql} label=${heading} />`
    : of?.problem ? html`<${Problem} error=${of.problem} />` : html`<p class="soft">${none}</p>`}</${Card}>`;
}

function Migration({ version }) {
  const of = useData(() => Promise.all([get(`migrations/${encodeURIComponent(version)}`), get('migrations')]).then(([text, all]) =>
    ({ ...text, applied: all.migrations.find((one) => one.version === version && one.kind === text.kind)?.applied })), [version]);
  return html`<${Page} title=${of.data ? of.data.name.replaceAll('_', ' ') : 'Migration'} actions=${html`<a href="/migrations">All migrations</a>`}>
    <${Loaded} of=${of} lines=${8}>${(it) => html`
      <${Card} title="The migration" actions=${html`<${Badge} tone=${TONES[it.status]}>${it.status}</${Badge}>`}>
        <${Facts} items=${[
          ['Version', html`<span class="mono">${it.version}</span>${it.kind !== 'versioned' ? `, ${it.kind}` : ''}`],
          ['Means', MEANS[it.status] && html`<${Code} text=${MEANS[it.status]} />`],
          ['File', it.file && html`<span class="mono">${it.file}</span>`],
          ['Applied', it.applied && html`<${Time} value=${it.applied.applied_at} full />`],
          ['Took', it.applied && html`<${Duration} value=${it.applied.duration} />`],
          ['By', it.applied && `${it.applied.applied_by}, ${it.applied.host}, Bedstone ${it.applied.bedstone_version}`],
          ['Run', it.applied && html`<a class="mono" href=${`/runs/${it.applied.run_id}`}>${it.applied.run_id.slice(0, 8)}</a>`],
          ['Checksum', it.applied && html`<span class="mono">${it.applied.checksum.slice(0, 16)}</span>`],
        ]} /></${Card}>
      <${Direction} title=${it.up?.sql && /^--\s*bedstone:down/m.test(it.up.sql) ? 'SQL of the file, with the way back' : 'SQL of the file'} of=${it.up} none="The file is gone; what it said is not stored." />
      ${it.down && html`<${Direction} title="SQL of the way back" of=${it.down} />`}
      ${it.stored_down && (!it.up || it.status === 'changed') && html`<${Direction} title="The way back, as it was stored" of=${{ sql: it.stored_down }} />`}`}
    </${Loaded}></${Page}>`;
}

export default function Migrations({ path, query }) {
  const version = path.split('/')[2];
  return version ? html`<${Migration} key=${version} version=${decodeURIComponent(version)} />` : html`<${List} query=${query} />`;
}
