// How settings and their values look: as text, as a change, and as controls by type.
import { html } from '../../lib/preact.js';
import { Badge, Button, classes } from '../../lib/ui.js';
import { itemsOf } from './draft.js';

const HINTS = {
  duration: 'As 250ms, 60s, 5m, 1h, 2d',
  size: 'As 512KiB, 16MiB, 1GB',
  url: 'With scheme and host',
  json: 'JSON',
};

/** What is asked of a value, in words. */
export function wanted(setting) {
  const parts = [];
  if (setting.min && setting.max) parts.push(`From ${setting.min} to ${setting.max}`);
  else if (setting.min) parts.push(`At least ${setting.min}`);
  else if (setting.max) parts.push(`At most ${setting.max}`);
  if (HINTS[setting.type]) parts.push(HINTS[setting.type]);
  if (setting.type === 'list' && setting.items && setting.items !== 'string') parts.push(`Each a${'aeiou'.includes(setting.items[0]) ? 'n' : ''} ${setting.items}`);
  const schema = setting.schema ?? {};
  if (schema.minLength > 1) parts.push(`At least ${schema.minLength} characters`);
  if (schema.maxLength) parts.push(`At most ${schema.maxLength} characters`);
  if (schema.maxItems) parts.push(`At most ${schema.maxItems} items`);
  if (typeof schema.pattern === 'string') parts.push(`Fits ${schema.pattern}`);
  return parts.join('; ');
}

/** A value as text. `secret`: its mask is a word. */
export function Value({ value, secret = false, type = '' }) {
  if (value === null || value === undefined) return html`<span class="none">none</span>`;
  if (secret || value === '********') return html`<span class="none">hidden</span>`;
  if (type === 'list' || /^\[.*\]$/s.test(value)) {
    const items = itemsOf(value);
    if (items.length === 0) return html`<span class="none">empty list</span>`;
    return html`<span class="value-items">${items.map((item, index) => html`<code key=${index}>${item}</code>`)}</span>`;
  }
  if (value === '') return html`<span class="none">empty text</span>`;
  return html`<code class="value">${value}</code>`;
}

/** before → after */
export function Change({ before, after, secret, effect }) {
  const word = { made: 'a new value is made', removed: 'removed', pinned: 'left alone: pinned', unchanged: 'stays as it is' }[effect];
  if (effect === 'made' || effect === 'pinned' || effect === 'unchanged') return html`<span class="soft">${word}</span>`;
  if (secret) return html`<span>${after === null || after === undefined ? 'removed' : before === null || before === undefined ? 'a secret is stored' : 'replaced by another secret'}</span>`;
  return html`<span class="change"><${Value} value=${before} /><span aria-hidden="true">→</span><span class="aside">becomes</span><${Value} value=${after} /></span>`;
}

const EFFECTS = { added: 'good', made: 'good', changed: 'info', removed: 'warn', unchanged: 'plain', pinned: 'plain' };

/** What a change would do, or did: `settings` as the server told. */
export function PlanRows({ settings }) {
  return html`<ul class="plan-rows">${settings.map((one) => html`<li key=${one.name}>
    <div class="row"><code>${one.name}</code><${Badge} tone=${EFFECTS[one.effect] ?? 'plain'}>${one.effect}</${Badge}>${one.restart && html`<${Badge} tone="warn">from the next start on</${Badge}>`}</div>
    <${Change} ...${one} /></li>`)}</ul>`;
}

function List({ id, setting, value, onValue, attributes }) {
  if (setting.values?.length > 0) {
    const toggle = (choice, on) => onValue(setting.values.filter((one) => (one === choice ? on : value.includes(one))));
    return html`<div class="choices" role="group" aria-label=${setting.name}>${setting.values.map((choice, index) => html`<label key=${choice}>
      <input type="checkbox" id=${index === 0 ? id : null} checked=${value.includes(choice)} onChange=${(event) => toggle(choice, event.target.checked)} />${choice}</label>`)}</div>`;
  }
  const change = (at, text) => onValue(value.map((one, index) => (index === at ? text : one)));
  const rows = value.length === 0 ? [''] : value;
  return html`<div class="list-field">${rows.map((text, index) => html`<div class="list-item" key=${index}>
      <input ...${attributes} id=${index === 0 ? id : null} aria-label=${index === 0 ? null : `${setting.name}, item ${index + 1}`} type="text" spellcheck=${false} value=${text}
        onInput=${(event) => (value.length === 0 ? onValue([event.target.value]) : change(index, event.target.value))} />
      ${value.length > 0 && html`<${Button} kind="quiet" aria-label=${`Remove item ${index + 1} of ${setting.name}`} onClick=${() => onValue(value.filter((one, at) => at !== index))}>✕</${Button}>`}</div>`)}
    ${value.length > 0 && html`<${Button} kind="quiet" aria-label=${`Add an item to ${setting.name}`} onClick=${() => onValue([...value, ''])}>Add an item</${Button}>`}</div>`;
}

/** The control of a setting that is no secret. `value`: a text, or of a list the texts of its items. */
export function Control({ id, setting, value, onValue, attributes }) {
  const input = (event) => onValue(event.target.value);
  switch (setting.type) {
    case 'bool':
      return html`<label class="truth"><input type="checkbox" ...${attributes} id=${id} checked=${value === 'true'} onChange=${(event) => onValue(event.target.checked ? 'true' : 'false')} /><span>${value === 'true' ? 'On' : 'Off'}</span></label>`;
    case 'enum':
      return html`<select ...${attributes} id=${id} value=${value} onChange=${input}>
        ${!setting.values.includes(value) && html`<option value=${value}>${value === '' ? 'Choose …' : value}</option>`}
        ${setting.values.map((choice) => html`<option key=${choice} value=${choice} selected=${choice === value}>${choice}</option>`)}</select>`;
    case 'list':
      return html`<${List} id=${id} setting=${setting} value=${value} onValue=${onValue} attributes=${attributes} />`;
    case 'json':
      return html`<textarea ...${attributes} id=${id} class="mono" rows="4" spellcheck=${false} value=${value} onInput=${input}></textarea>`;
    default:
      if (setting.type === 'string' && value.includes('\n')) return html`<textarea ...${attributes} id=${id} rows="4" value=${value} onInput=${input}></textarea>`;
      return html`<input ...${attributes} id=${id} type="text" inputmode=${{ int: 'numeric', float: 'decimal', email: 'email', url: 'url' }[setting.type] ?? null}
        class=${classes(['int', 'float', 'duration', 'size'].includes(setting.type) && 'short')} spellcheck=${false} autocomplete="off" value=${value} onInput=${input} />`;
  }
}
