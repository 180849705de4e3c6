// One column of a row as a control of a form.
import { html, useId } from '../lib/preact.js';
import { get } from '../lib/api.js';
import { useData } from '../lib/use.js';
import { Field } from '../lib/ui.js';
import { columnTitle } from './row_values.js';

/** Bounds and lengths in words. */
export function rulesOf(column) {
  const low = column.minimum !== null && (column.above_minimum ? `more than ${column.minimum}` : `at least ${column.minimum}`);
  const high = column.maximum !== null && (column.below_maximum ? `less than ${column.maximum}` : `at most ${column.maximum}`);
  const long = column.max_length !== null && `at most ${column.max_length} characters`;
  const words = [low, high, long].filter(Boolean).join(', ');
  return words && words.charAt(0).toUpperCase() + words.slice(1);
}

const LISTED = 100;

function ReferenceField({ table, column, value, label, ...rest }) {
  const of = useData(() => get(`tables/${encodeURIComponent(table)}/choices/${encodeURIComponent(column.name)}`), [table, column.name]);
  const id = useId();
  const choices = of.data?.choices ?? [];
  const many = choices.length >= LISTED;
  if (many) {
    return html`<${Field} ...${rest} label=${label} hint=${`The ${column.references.column} of a row of ${column.references.table}`}>${(attributes) => html`
      <input ...${attributes} list=${id} value=${value} onInput=${(event) => rest.onInput(event.target.value)} />
      <datalist id=${id}>${choices.map((one) => html`<option key=${one.value} value=${one.value}>${one.label}</option>`)}</datalist>`}</${Field}>`;
  }
  const known = choices.some((one) => String(one.value) === value);
  const options = [...(column.nullable || value === '' ? [['', '–']] : []), ...(value !== '' && !known ? [[value, value]] : []), ...choices.map((one) => [String(one.value), one.label])];
  return html`<${Field} ...${rest} type="select" label=${label} value=${value} options=${options} />`;
}

/** Words that stand there already, to be taken again. */
function SuggestField({ table, column, value, ...rest }) {
  const of = useData(() => get(`tables/${encodeURIComponent(table)}/choices/${encodeURIComponent(column.name)}`), [table, column.name]);
  const id = useId();
  return html`<${Field} ...${rest}>${(attributes) => html`<input ...${attributes} list=${id} autocomplete="off" value=${value} onInput=${(event) => rest.onInput(event.target.value)} />
    <datalist id=${id}>${(of.data?.choices ?? []).filter((one) => one.value !== null).map((one) => html`<option key=${one.value} value=${one.value} />`)}</datalist>`}</${Field}>`;
}

/** `value`: text, as toText() gives it; `suggest`: offers what other rows have. */
export function RowField({ table, column, value, onInput, error, suggest = false, readOnly = false, label = columnTitle(column) }) {
  const required = !column.nullable && !column.has_default;
  const shared = { label, value, onInput, error, required, name: column.name, hint: rulesOf(column) || null };
  if (readOnly) return html`<${Field} label=${label} value=${value} name=${column.name} type=${value.length > 70 ? 'textarea' : 'text'} readonly />`;
  if (column.kind === 'boolean') {
    if (!column.nullable) return html`<${Field} ...${shared} required=${false} type="checkbox" value=${value === 'true'} onInput=${(on) => onInput(String(on))} />`;
    return html`<${Field} ...${shared} type="select" options=${[['', '–'], ['true', 'yes'], ['false', 'no']]} />`;
  }
  if (column.references) return html`<${ReferenceField} table=${table} column=${column} ...${shared} />`;
  if (column.values) {
    const there = value === '' || column.values.includes(value) ? [] : [value];
    return html`<${Field} ...${shared} type="select" options=${[...(column.nullable || value === '' ? [['', '–']] : []), ...there, ...column.values]} />`;
  }
  if (column.kind === 'json') return html`<${Field} ...${shared} type="textarea" class="mono wide" spellcheck="false" hint="JSON" />`;
  if (suggest) return html`<${SuggestField} table=${table} column=${column} ...${shared} />`;
  const long = column.kind === 'text' && (value.length > 70 || value.includes('\n') || /(^|_)(text|content|description|body|prompt|template|notes?)$/.test(column.name));
  if (long) return html`<${Field} ...${shared} type="textarea" class="wide" />`;
  const numeric = column.kind === 'integer' || column.kind === 'number';
  return html`<${Field} ...${shared} inputmode=${numeric ? 'decimal' : null} autocomplete="off" hint=${shared.hint ?? (column.kind === 'other' ? column.type : null)} />`;
}
