// Tables that seed sets fill, and how many rows are whose.
import { html } from '../../lib/preact.js';
import { get } from '../../lib/api.js';
import { useLive } from '../../lib/live.js';
import { navigate } from '../../lib/router.js';
import { useData } from '../../lib/use.js';
import { Badge, Card, Empty, Loaded, Page, Problem, Table, Time } from '../../lib/ui.js';
import { TablePage } from './table.js';

export const title = ({ path }) => (path.split('/')[2] ? decodeURIComponent(path.split('/')[2]) : 'Data');

const SET_TONES = { applied: 'good', changed: 'warn', new: 'warn' };

const counted = (origin, words) => (one) => {
  if (one.problem) return null;
  if (!one.counted) return html`<span class="soft" title="There are too many rows to count here">–</span>`;
  const number = one.origins[origin];
  if (number === 0) return html`<span class="soft">0</span>`;
  return html`<a href=${`/data/${encodeURIComponent(one.name)}?${words}`} aria-label=${`${number} ${origin} in ${one.name}`}>${number}</a>`;
};

const COLUMNS = [
  { key: 'name', title: 'Table', render: (one) => (one.problem
    ? html`<span class="mono">${one.name}</span><div class="small soft">${one.problem.message}</div>` : html`<a class="mono" href=${`/data/${encodeURIComponent(one.name)}`}>${one.name}</a>`) },
  { key: 'rows', title: 'Rows', align: 'end', render: (one) => (one.problem ? null : one.counted ? one.rows : `more than ${one.rows - 1}`) },
  { key: 'ours', title: 'Ours', align: 'end', render: counted('ours', 'origin=ours') },
  { key: 'edited', title: 'Edited', align: 'end', render: counted('edited', 'origin=edited') },
  { key: 'own', title: 'Own', align: 'end', render: counted('own', 'origin=own') },
  { key: 'removed', title: 'Removed', align: 'end', render: counted('removed', 'view=removed') },
  { key: 'sets', title: 'Seed sets', class: 'nowrap', wide: true, render: (one) => html`<ul class="sets">${one.sets.map((set) => html`<li key=${set.set}><span class="mono">${set.set}</span> <span class="soft">${set.mode}</span>
    <${Badge} tone=${SET_TONES[set.status]}>${set.status === 'changed' ? 'due' : set.status}</${Badge}> ${set.applied_at && html`<span class="soft"><${Time} value=${set.applied_at} /></span>`}</li>`)}</ul>` },
];

function List() {
  const of = useData(() => get('tables'));
  useLive(['table', 'up', 'open'], of.reload);
  return html`<${Page} title="Data" text="Tables that seed sets fill. Ours: made by a set and unchanged since. Edited: made by a set, changed by an operator. Own: made by an operator. Removed: made by a set, deleted by an operator.">
    <${Loaded} of=${of} lines=${8}>${(it) => html`
      ${it.errors.length > 0 && html`<${Problem} error=${{ errors: it.errors }} />`}
      <${Card} flush><${Table} caption="Tables" columns=${COLUMNS} rows=${it.tables} keyOf=${(one) => one.name} onRow=${(one) => !one.problem && navigate(`/data/${encodeURIComponent(one.name)}`)}
        empty=${html`<${Empty} title="No seed set fills a table."><p>A file in <code>seeds/</code> says which rows a table must hold: <code>bedstone seed new TABLE</code> writes one to begin with.</p></${Empty}>`} /></${Card}>`}
    </${Loaded}></${Page}>`;
}

export default function Data({ path, query, session }) {
  const name = path.split('/')[2];
  return name ? html`<${TablePage} key=${name} name=${decodeURIComponent(name)} query=${query} session=${session} />` : html`<${List} />`;
}
