// Whose a row is: the badge, and what our file says of it.
import { html } from '../lib/preact.js';
import { get } from '../lib/api.js';
import { useData } from '../lib/use.js';
import { Badge, Loaded, Table } from '../lib/ui.js';

export const ORIGINS = {
  ours: { tone: 'good', word: 'ours', text: 'A seed set made it, and nobody changed it since.' },
  edited: { tone: 'warn', word: 'edited', text: 'A seed set made it, and an operator changed it since. Seed sets keep what was changed.' },
  own: { tone: 'info', word: 'own', text: 'No seed set made it: it is an operator\u2019s own. Seed sets leave it alone.' },
};

export function OriginBadge({ origin }) {
  const it = ORIGINS[origin.origin];
  return html`<${Badge} tone=${it.tone} title=${origin.edited.length > 0 ? `Edited: ${origin.edited.join(', ')}` : it.text}>${it.word}</${Badge}>`;
}

const VERDICTS = { set: 'the file is newer', kept: 'kept as it is', conflict: 'both changed it', foreign: 'never written by a seed set' };

const text = (value, hidden) => (hidden ? html`<span class="soft">not shown</span>` : value === null ? html`<span class="none">NULL</span>` : html`<span class="mono">${value}</span>`);

/** Cells of a difference: what is stored, what the file says. */
export function Cells({ cells }) {
  const columns = [
    { key: 'column', title: 'Column', render: (cell) => html`<span class="mono">${cell.column}</span>` },
    { key: 'before', title: 'Stored', render: (cell) => text(cell.before, cell.hidden) },
    { key: 'after', title: 'Our file says', render: (cell) => text(cell.after, cell.hidden) },
    { key: 'verdict', title: 'Then', render: (cell) => html`<span class="soft">${VERDICTS[cell.verdict] ?? cell.verdict}</span>` },
  ];
  return html`<${Table} caption="What differs" columns=${columns} rows=${cells} keyOf=${(cell) => cell.column} />`;
}

function Compared({ table, origin }) {
  const of = useData(() => get(`tables/${encodeURIComponent(table)}/differences`), [table, origin.row_key]);
  return html`<${Loaded} of=${of} lines=${2}>${(it) => {
    const set = it.sets.find((one) => one.set === origin.set);
    const row = set?.listed.find((one) => one.key === origin.row_key);
    if (!row) return html`<p class="soft small">The file says the same, or does not name the row any more.</p>`;
    return html`<${Cells} cells=${row.cells} />${row.place?.file && html`<p class="soft small">${row.place.file}${row.place.line ? `:${row.place.line}` : ''}</p>`}`;
  }}</${Loaded}>`;
}

/** Above a row's form. */
export function OriginNote({ table, origin }) {
  const it = ORIGINS[origin.origin];
  return html`<div class="origin-note"><p><${OriginBadge} origin=${origin} /> <span class="soft small">${it.text}${origin.set ? html` Its set is <span class="mono">${origin.set}</span>.` : ''}</span></p>
    ${origin.origin === 'edited' && html`<${Compared} table=${table} origin=${origin} />`}</div>`;
}
