// Runs: what was carried out, when, and how it ended.
import { html } from '../../lib/preact.js';
import { get } from '../../lib/api.js';
import { useLive } from '../../lib/live.js';
import { navigate, setQuery } from '../../lib/router.js';
import { useData } from '../../lib/use.js';
import { Card, Empty, Field, Loaded, Page, Pager, Table } from '../../lib/ui.js';
import { runColumns } from '../runs_table.js';
import { Run } from './run.js';

export const title = ({ path }) => (path.split('/')[2] ? 'Run' : 'Runs');

const LIMIT = 25;

function Filter({ label, name, counts, value }) {
  const options = [['', `all (${Object.values(counts).reduce((sum, one) => sum + one, 0)})`], ...Object.entries(counts).map(([word, number]) => [word, `${word} (${number})`])];
  return html`<${Field} type="select" label=${label} value=${value} options=${options} onInput=${(chosen) => setQuery({ [name]: chosen, offset: '' })} />`;
}

function List({ query }) {
  const asked = { outcome: query.get('outcome') ?? '', command: query.get('command') ?? '', offset: Number(query.get('offset') ?? 0), limit: LIMIT };
  const of = useData(() => get('runs', asked), [JSON.stringify(asked)]);
  useLive(['up', 'open'], of.reload);
  const empty = html`<${Empty} title="No such run." />`;
  return html`<${Page} title="Runs" text="Every start that changed something, every migration and every seeding is recorded.">
    <${Loaded} of=${of} lines=${6}>${(it) => html`
      <div class="filters"><${Filter} label="Result" name="outcome" counts=${it.outcomes} value=${asked.outcome} />
        <${Filter} label="Command" name="command" counts=${it.commands} value=${asked.command} /></div>
      <${Card} flush>
        <${Table} caption="Runs" columns=${runColumns(true)} rows=${it.runs} keyOf=${(run) => run.run_id} onRow=${(run) => navigate(`/runs/${run.run_id}`)} empty=${empty} />
        <${Pager} offset=${asked.offset} limit=${LIMIT} total=${it.total} onChange=${(offset) => setQuery({ offset: offset || '' }, { replace: false })} /></${Card}>`}
    </${Loaded}></${Page}>`;
}

export default function Runs({ path, query }) {
  const id = path.split('/')[2];
  return id ? html`<${Run} key=${id} id=${id} />` : html`<${List} query=${query} />`;
}
