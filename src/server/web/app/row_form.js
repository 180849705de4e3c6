// A row in a window: looked at, added, edited, deleted.
import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { get, send } from '../lib/api.js';
import { useLive } from '../lib/live.js';
import { addGuard } from '../lib/router.js';
import { Button, Confirm, Dialog, Facts, Problem, Time, confirm, toast } from '../lib/ui.js';
import { OriginNote } from './origin.js';
import { ConflictDialog } from './row_conflict.js';
import { RowField } from './row_field.js';
import { beforeOf, columnTitle, fromText, isEditable, keyOf, plainDefault, toText } from './row_values.js';

const at = (name) => `tables/${encodeURIComponent(name)}`;

/** The row with this key as it is now; undefined: it is gone. */
export async function readRow(table, key) {
  const page = await get(at(table), { filter: JSON.stringify(key), limit: 1 });
  return page.rows[0];
}

function Delete({ table, row, name, onDone, onClose }) {
  const follows = table.referenced_by.filter((one) => one.on_delete === 'cascade').map((one) => one.table);
  const go = async () => {
    await send('DELETE', at(table.table), { key: keyOf(table, row), before: beforeOf(table, row) });
    toast(`${name} was deleted`);
    onDone();
  };
  return html`<${Confirm} title=${`Delete ${name}?`} action="Delete" danger onConfirm=${go} onClose=${onClose}>
    <p>The row goes for good. A seed set that made it does not bring it back, unless it fills empty tables.</p>
    ${follows.length > 0 && html`<div class="note warn">Rows of ${[...new Set(follows)].join(', ')} that refer to it are deleted with it.</div>`}</${Confirm}>`;
}

/** Facts that nobody fills in. */
function Rest({ table, row }) {
  const items = table.columns.filter((column) => !isEditable(column, false)).map((column) => {
    if (column.hidden) return [columnTitle(column), html`<span class="soft">${row[column.name] === null ? 'not set' : 'set, and not shown'}</span>`];
    return [columnTitle(column), column.clock ? html`<${Time} value=${row[column.name]} />` : row[column.name] === null ? null : html`<span class="mono">${row[column.name]}</span>`];
  });
  return html`<${Facts} items=${items} />`;
}

/**
 * `table`: as GET told it; `row` (null: a new one), `origin`; `name`: what to call the row; `one`: what to call such a row;
 * `suggest`: columns that offer what other rows have. `onDone()`: something was written; `onClose()`.
 */
export function RowDialog({ table, row, origin, name, one = 'row', suggest = [], titles = {}, me, onDone, onClose }) {
  const adds = row === null;
  const columns = table.columns.filter((column) => isEditable(column, adds));
  const start = () => Object.fromEntries(columns.map((column) => [column.name, adds ? plainDefault(column) || (column.kind === 'boolean' && !column.nullable ? 'false' : '') : toText(column, row[column.name])]));
  const [texts, setTexts] = useState(start);
  const [before, setBefore] = useState(() => (adds ? {} : beforeOf(table, row)));
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState(null);
  const [deletes, setDeletes] = useState(false);
  const [news, setNews] = useState(null);
  const form = useRef(null);

  /** What I changed: {column: value}. */
  const mine = () => {
    const values = {};
    for (const column of columns) {
      const text = texts[column.name];
      if (adds ? text !== '' : text !== toText(column, before[column.name] ?? row[column.name])) values[column.name] = fromText(column, text);
    }
    return values;
  };
  const dirty = table.writable && Object.keys(mine()).length > 0 && !(adds && JSON.stringify(texts) === JSON.stringify(start()));
  const ask = () => confirm({ title: 'Leave without saving?', text: 'What you typed is lost.', action: 'Leave', danger: true });
  const close = async () => (!dirty || (await ask())) && onClose();
  useEffect(() => (dirty ? addGuard(ask) : undefined), [dirty]);
  useLive('table', (event) => {
    if (adds || event.table !== table.table || event.by === me || !event.key) return;
    if (table.key.every((column) => String(event.key[column]) === String(row[column]))) setNews(event);
  });
  useEffect(() => {
    const first = error?.errors?.find((found) => found.field)?.field;
    if (first) form.current?.querySelector(`[name="${CSS.escape(first)}"]`)?.focus();
  }, [error]);

  const write = async (values, was) => {
    if (adds) await send('POST', at(table.table), { values });
    else await send('PATCH', at(table.table), { key: keyOf(table, row), before: was, values });
    toast(adds ? `The ${one} was added` : `${name} was saved`);
    onDone();
  };
  const save = async () => {
    const values = mine();
    if (!adds && Object.keys(values).length === 0) return onClose();
    setBusy(true);
    setError(null);
    try {
      await write(values, before);
    } catch (problem) {
      if (problem.status === 409 && !adds) setConflict({ error: problem, current: await readRow(table.table, keyOf(table, row)).catch(() => row), mine: values });
      else setError(problem);
    }
    setBusy(false);
    return undefined;
  };
  const saveChosen = async (values) => {
    if (Object.keys(values).length === 0) return onDone();
    try {
      await write(values, beforeOf(table, conflict.current));
    } catch (problem) {
      if (problem.status !== 409) {
        // What does not fit is told where it was typed.
        setConflict(null);
        setBefore(beforeOf(table, conflict.current));
        setError(problem);
        return undefined;
      }
      setBefore(beforeOf(table, conflict.current));
      setConflict({ ...conflict, error: problem, current: await readRow(table.table, keyOf(table, row)) });
    }
    return undefined;
  };

  const calledBy = (field) => columnTitle(table.columns.find((column) => column.name === field) ?? { name: field }, titles);
  const told = ({ field, message }) => (message.startsWith(`${field} `) ? calledBy(field) + message.slice(field.length) : message);
  const fieldErrors = Object.fromEntries((error?.errors ?? []).filter((found) => found.field).map((found) => [found.field, told(found)]));
  const others = (error?.errors ?? []).filter((found) => !found.field || !columns.some((column) => column.name === found.field));
  const readOnly = !table.writable;
  const shownText = (column) => {
    if (readOnly && column.references) return table.labels[column.name]?.[row[column.name]] ?? texts[column.name];
    return readOnly && column.kind === 'boolean' ? { true: 'yes', false: 'no' }[texts[column.name]] ?? '' : texts[column.name];
  };
  const heading = adds ? `Add a ${one}` : readOnly ? name : `Edit ${name}`;
  return html`<${Dialog} wide title=${heading} onClose=${close} onSubmit=${readOnly ? undefined : save} actions=${readOnly ? html`<${Button} onClick=${close}>Close</${Button}>` : html`
      ${!adds && html`<${Button} kind="danger" class="first" onClick=${() => setDeletes(true)}>Delete</${Button}>`}
      <${Button} onClick=${close}>Cancel</${Button}><${Button} type="submit" kind="primary" busy=${busy}>${adds ? 'Add' : 'Save'}</${Button}>`}>
    <div ref=${form}>
      ${news && html`<div class="note warn" role="status"><strong>${news.by} ${news.action === 'deleted' ? 'deleted' : 'changed'} this row just now.</strong> Saving shows what they wrote, and asks.</div>`}
      ${error && (others.length > 0 || Object.keys(fieldErrors).length === 0) && html`<${Problem} error=${others.length > 0 ? { errors: others } : error} />`}
      ${!adds && html`<${OriginNote} table=${table.table} origin=${origin} />`}
      <div class="fields">${columns.map((column) => html`<${RowField} key=${column.name} table=${table.table} column=${column} label=${columnTitle(column, titles)} value=${shownText(column)} readOnly=${readOnly}
        suggest=${suggest.includes(column.name)} error=${fieldErrors[column.name]} onInput=${(text) => setTexts((was) => ({ ...was, [column.name]: text }))} />`)}</div>
      ${!adds && html`<${Rest} table=${table} row=${row} />`}
    </div></${Dialog}>
    ${conflict && html`<${ConflictDialog} error=${conflict.error} before=${before} current=${conflict.current} mine=${conflict.mine} labels=${table.labels} titleOf=${calledBy}
      onSave=${saveChosen} onTake=${onDone} onClose=${() => setConflict(null)} />`}
    ${deletes && html`<${Delete} table=${table} row=${row} name=${name} onDone=${onDone} onClose=${() => setDeletes(false)} />`}`;
}
