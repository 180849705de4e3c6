// One table: its rows, what differs from the files, and what was removed.
import { html } from '../../lib/preact.js';
import { get } from '../../lib/api.js';
import { useLive } from '../../lib/live.js';
import { setQuery } from '../../lib/router.js';
import { useData } from '../../lib/use.js';
import { Badge, Card, Empty, Loaded, Page, Table, Tabs } from '../../lib/ui.js';
import { Cells } from '../origin.js';
import { TableBrowser } from '../table_browser.js';

const ACTIONS = {
  create: ['warn', 'is missing', 'The file names it, and it is not there.'],
  update: ['warn', 'the file is newer', 'The file was changed; the set would write it, unless it only inserts.'],
  keep: ['warn', 'edited', 'An operator changed it, and it is kept.'],
  stays_deleted: ['plain', 'removed', 'An operator deleted it, and it stays deleted.'],
  delete: ['warn', 'left the file', 'A set made it, and the file does not name it any more.'],
};

function Difference({ row }) {
  const [tone, word, text] = ACTIONS[row.action] ?? ['plain', row.action, ''];
  return html`<li><p class="row"><strong class="mono">${row.key}</strong><${Badge} tone=${tone}>${word}</${Badge}><span class="soft small">${text}</span></p>
    ${row.cells.length > 0 && row.action !== 'stays_deleted' && html`<${Cells} cells=${row.cells} />`}</li>`;
}

function Differences({ name }) {
  const of = useData(() => get(`tables/${encodeURIComponent(name)}/differences`), [name]);
  useLive(['table', 'up', 'open'], (event, type) => (type !== 'table' || event.table === name) && of.reload());
  return html`<${Loaded} of=${of} lines=${6}>${(it) => {
    const sets = it.sets.filter((set) => set.listed.length > 0);
    if (sets.length === 0) return html`<${Card}><${Empty} title="Nothing differs." >Each row that a file names is there, and is what the file says.</${Empty}></${Card}>`;
    return sets.map((set) => html`<${Card} key=${set.set} title=${`Set ${set.set}`} actions=${html`<span class="soft small mono">${set.file}</span>`}>
      <ul class="differences">${set.listed.map((row) => html`<${Difference} key=${`${row.action} ${row.key}`} row=${row} />`)}</ul></${Card}>`);
  }}</${Loaded}>`;
}

const REMOVED = [{ key: 'row_key', title: 'Key', render: (one) => html`<span class="mono">${one.row_key}</span>` }, { key: 'set', title: 'Made by the set', render: (one) => html`<span class="mono">${one.set}</span>` }];

function Removed({ name }) {
  const of = useData(() => get(`tables/${encodeURIComponent(name)}/removed`), [name]);
  useLive(['table', 'up', 'open'], (event, type) => (type !== 'table' || event.table === name) && of.reload());
  return html`<${Loaded} of=${of} lines=${3}>${(it) => html`<${Card} flush><${Table} caption="Removed rows" columns=${REMOVED} rows=${it.removed} keyOf=${(one) => `${one.set} ${one.row_key}`}
    empty=${html`<${Empty} title="No row was removed.">Rows that a set made and somebody deleted, or whose key somebody changed, would stand here.</${Empty}>`} /></${Card}>
    ${it.removed.length > 0 && html`<p class="soft small">They stay deleted. <code>bedstone seed reset SET</code> brings back what a set made, and takes back what was edited.</p>`}`}</${Loaded}>`;
}

const TABS = [{ id: 'rows', label: 'Rows' }, { id: 'differences', label: 'Differences from the files' }, { id: 'removed', label: 'Removed' }];

export function TablePage({ name, query, session }) {
  const view = query.get('view') ?? 'rows';
  return html`<${Page} title=${name} actions=${html`<a href="/data">All tables</a>`}>
    <${Tabs} label="Of the table" tabs=${TABS} current=${view} onChange=${(id) => setQuery({ view: id === 'rows' ? '' : id })} />
    ${view === 'differences' ? html`<${Differences} name=${name} />` : view === 'removed' ? html`<${Removed} name=${name} />` : html`<${TableBrowser} name=${name} query=${query} session=${session} />`}</${Page}>`;
}
