// A table that seed sets fill: rows page by page, searched, filtered, sorted, added, changed. Pages choose what they show of it.
import { html, useEffect, useState } from '../lib/preact.js';
import { get, send } from '../lib/api.js';
import { useLive } from '../lib/live.js';
import { setQuery } from '../lib/router.js';
import { useData, useSettled } from '../lib/use.js';
import { Button, Card, Empty, Field, Loaded, Pager, Table, Time, classes, toast } from '../lib/ui.js';
import { ORIGINS, OriginBadge } from './origin.js';
import { RowDialog } from './row_form.js';
import { columnTitle, keyOf, titleOf } from './row_values.js';

const LIMIT = 25;
const COLUMNS = 7;
/** Another search or order begins with its first page. */
const FIRST = { offset: '', after: '', before: '' };
/** Where the page before or after begins, so that pages far away cost no more than the first. */
const placeOf = (table, on) => (on ? { after: table.next ?? '' } : { before: table.previous ?? '' });

/** What a row is called: the first column that says something. */
export function nameOf(table, row, wanted) {
  const names = [wanted, 'name', 'title', 'label', 'email', 'slug', 'code', ...table.key].filter(Boolean);
  const column = names.find((name) => table.columns.some((one) => one.name === name && !one.hidden) && row[name] !== null && row[name] !== '');
  return column ? table.labels[column]?.[row[column]] ?? String(row[column]) : 'this row';
}

function Value({ table, column, row }) {
  const value = row[column.name];
  if (value === null) return html`<span class="none">–</span>`;
  if (column.hidden) return html`<span class="soft">${value}</span>`;
  if (column.kind === 'boolean') return value ? 'yes' : html`<span class="soft">no</span>`;
  if (column.clock) return html`<${Time} value=${value} />`;
  const label = table.labels[column.name]?.[value];
  if (label !== undefined) return label;
  const text = String(value);
  const cut = text.length > 80 ? `${text.slice(0, 80)} …` : text;
  return column.kind === 'text' ? cut : html`<span class=${classes(column.kind === 'integer' || column.kind === 'number' ? 'number' : 'mono')}>${cut}</span>`;
}

/** On or off, where a column says whether a row counts. */
function Switch({ table, column, row, name, onDone }) {
  const [busy, setBusy] = useState(false);
  const on = row[column] === true;
  const turn = async () => {
    setBusy(true);
    try {
      await send('PATCH', `tables/${encodeURIComponent(table.table)}`, { key: keyOf(table, row), before: { [column]: row[column] }, values: { [column]: !on } });
      toast(`${name} is ${on ? 'disabled' : 'enabled'}`);
    } catch (error) {
      toast(error.message, { tone: 'bad' });
    }
    setBusy(false);
    onDone();
  };
  return html`<button type="button" class="switch" role="switch" aria-checked=${on ? 'true' : 'false'} aria-label=${`${name} is enabled`} disabled=${busy} onClick=${turn}><span aria-hidden="true"></span></button>`;
}

function Filter({ table, column, title, value, onChange }) {
  const of = useData(() => (column.values || column.kind === 'boolean' ? Promise.resolve(null) : get(`tables/${encodeURIComponent(table)}/choices/${encodeURIComponent(column.name)}`)), [table, column.name]);
  const choices = column.kind === 'boolean' ? [['true', 'yes'], ['false', 'no']]
    : column.values ? column.values.map((one) => [one, one]) : (of.data?.choices ?? []).filter((one) => one.value !== null).map((one) => [String(one.value), one.label]);
  const known = value === '' || choices.some(([one]) => one === value);
  return html`<${Field} type="select" label=${title} value=${value} options=${[['', 'all'], ...choices, ...(known ? [] : [[value, value]])]} onInput=${onChange} />`;
}

/** Columns that have few values. */
function usualFilters(columns) {
  return columns.filter((column) => !column.hidden && (column.values || column.kind === 'boolean' || column.references)).slice(0, 3).map((column) => column.name);
}

function usualColumns(columns) {
  const telling = columns.filter((column) => !column.hidden && !column.clock && column.kind !== 'json');
  const plain = telling.filter((column) => !(column.key && column.has_default));
  return (plain.length > 0 ? plain : telling).slice(0, COLUMNS).map((column) => column.name);
}

function asked(query, filters) {
  const filter = {};
  for (const name of filters) if (query.get(`f.${name}`)) filter[name] = query.get(`f.${name}`);
  return {
    search: query.get('q') ?? '', order: query.get('sort') ?? '', descending: query.get('desc') ?? '', origin: query.get('origin') ?? '',
    offset: Number(query.get('offset') ?? 0), after: query.get('after') ?? '', before: query.get('before') ?? '', limit: LIMIT, filter: Object.keys(filter).length > 0 ? JSON.stringify(filter) : '',
  };
}

function Search({ value }) {
  const [text, setText] = useState(value);
  const settled = useSettled(text);
  useEffect(() => {
    if (settled !== value) setQuery({ q: settled, ...FIRST });
  }, [settled]);
  return html`<${Field} type="search" label="Search" value=${text} onInput=${setText} />`;
}

const ORIGIN_OPTIONS = ['', ...Object.keys(ORIGINS)].map((origin) => [origin, origin || 'all']);

/**
 * `name`: of the table; `query`: of the page. What a page may choose: `columns`, `filters` (names), `switchColumn`, `rowName`
 * (the column that rows are called by), `one` ("model"), `suggest` (columns whose form offers what other rows have),
 * `titles` ({column: text}). `onTable(table)` is told what came.
 */
export function TableBrowser({ name, query, session, columns: chosen, filters: wanted, switchColumn, rowName, one = 'row', suggest = [], titles = {}, onTable }) {
  const [everything, setEverything] = useState(false);
  const [open, setOpen] = useState(null);
  const given = wanted ?? [...query.keys()].filter((key) => key.startsWith('f.')).map((key) => key.slice(2));
  const params = asked(query, given);
  const of = useData(() => get(`tables/${encodeURIComponent(name)}`, params), [name, JSON.stringify(params)]);
  useLive(['table', 'up', 'open'], (event, type) => (type !== 'table' || event.table === name) && of.reload());
  useEffect(() => of.data && onTable?.(of.data), [of.data]);
  const sort = params.order ? { key: params.order, descending: params.descending === 'true' } : null;
  const onSort = (key) => {
    const down = sort?.key === key && !sort.descending;
    setQuery({ sort: key, desc: down ? 'true' : '', ...FIRST });
  };
  const done = () => {
    setOpen(null);
    of.reload();
  };
  const columnsOf = (table) => {
    const names = everything ? table.columns.map((column) => column.name) : (chosen ?? usualColumns(table.columns)).filter((column) => table.columns.some((it) => it.name === column));
    const shown = names.map((column) => table.columns.find((it) => it.name === column));
    const first = shown.find((column) => column.name === rowName) ?? shown.find((column) => column.kind === 'text' && !column.hidden) ?? shown[0];
    const cells = shown.filter((column) => column.name !== switchColumn || everything).map((column) => ({
      key: column.name, title: columnTitle(column, titles), class: column === first && 'first', sort: !column.hidden, align: (column.kind === 'integer' || column.kind === 'number') && !column.references ? 'end' : null,
      render: (row) => (column === first
        ? html`<button type="button" class="link" onClick=${() => setOpen({ row, origin: table.originOf(row) })}><${Value} table=${table} column=${column} row=${row} /></button>`
        : html`<${Value} table=${table} column=${column} row=${row} />`),
    }));
    cells.push({ key: ' origin', title: 'Origin', render: (row) => html`<${OriginBadge} origin=${table.originOf(row)} />` });
    if (switchColumn && table.columns.some((column) => column.name === switchColumn)) {
      cells.push({ key: ' switch', title: 'Enabled', render: (row) => (table.writable
        ? html`<${Switch} table=${table} column=${switchColumn} row=${row} name=${nameOf(table, row, rowName)} onDone=${of.reload} />` : row[switchColumn] ? 'yes' : html`<span class="soft">no</span>`) });
    }
    return cells;
  };
  const asks = params.search || params.origin || params.filter;
  return html`<${Loaded} of=${of} lines=${8}>${(data) => {
    const table = { ...data, originOf: (row) => data.origins[data.rows.indexOf(row)] ?? { origin: 'own', edited: [] } };
    const filters = (wanted ?? usualFilters(table.columns)).map((column) => table.columns.find((it) => it.name === column)).filter(Boolean);
    const empty = asks ? html`<${Empty} title=${`No such ${one}.`} action=${html`<${Button} onClick=${() => setQuery(Object.fromEntries([...query.keys()].map((key) => [key, ''])))}>Show all</${Button}>`} />`
      : html`<${Empty} title=${`There is no ${one} yet.`}>${data.sets.filter((set) => set.missing_file !== null).map((set) => html`<p key=${set.set}>The seed set <code>${set.set}</code> fills this table
          from <code>${set.missing_file}</code>, which does not exist.</p>`)}</${Empty}>`;
    return html`<div class="filters"><${Search} key=${params.search === '' ? 'none' : 'some'} value=${params.search} />
        ${filters.map((column) => html`<${Filter} key=${column.name} table=${name} column=${column} title=${columnTitle(column, titles)} value=${query.get(`f.${column.name}`) ?? ''} onChange=${(value) => setQuery({ [`f.${column.name}`]: value, ...FIRST })} />`)}
        <${Field} type="select" label="Origin" value=${params.origin} options=${ORIGIN_OPTIONS} onInput=${(value) => setQuery({ origin: value, ...FIRST })} /></div>
      <${Card} flush title=${table.counted ? `${table.total} ${table.total === 1 ? one : `${one}s`}` : `More than ${table.total.toLocaleString('en')} ${one}s`} actions=${html`
        <label class="row small soft"><input type="checkbox" checked=${everything} onChange=${(event) => setEverything(event.target.checked)} /> All columns</label>
        ${table.writable && html`<${Button} kind="primary" onClick=${() => setOpen({ row: null })}>Add a ${one}</${Button}>`}`}>
        <${Table} caption=${titleOf(name)} columns=${columnsOf(table)} rows=${table.rows} sort=${sort} onSort=${onSort} empty=${empty}
          keyOf=${(row, index) => table.key.map((key) => row[key]).join('|') || index} onRow=${(row) => setOpen({ row, origin: table.originOf(row) })}
          rowClass=${(row) => switchColumn && row[switchColumn] === false && 'off'} />
        <${Pager} offset=${params.offset} limit=${LIMIT} total=${table.total} counted=${table.counted} more=${table.more} shown=${table.rows.length}
          onChange=${(offset) => setQuery({ ...FIRST, ...(offset > 0 && placeOf(table, offset > params.offset)), offset: offset || '' }, { replace: false })} /></${Card}>
      ${open && html`<${RowDialog} table=${table} row=${open.row} origin=${open.origin} name=${open.row ? nameOf(table, open.row, rowName) : ''} one=${one} suggest=${suggest} titles=${titles}
        me=${session.account?.email} onDone=${done} onClose=${() => setOpen(null)} />`}`;
  }}</${Loaded}>`;
}
