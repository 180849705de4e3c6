// The parts that pages are made of.
import { h, html, render, useEffect, useId, useRef, useState } from './preact.js';
import { ago, moment } from './time.js';

/** Class names; what is false is left out. */
export const classes = (...names) => names.flat().filter(Boolean).join(' ');

/** A page: its heading (`title`), what can be done (`actions`), a sentence about it (`text`), and its parts one below the other. */
export function Page({ title, text, actions, children }) {
  return html`<header class="page-head"><h1>${title}</h1>${actions && html`<div class="actions">${actions}</div>`}${text && html`<p>${text}</p>`}</header>
    <div class="stack">${children}</div>`;
}

/**
 * A framed part of a page with a heading.
 * `title`, `actions` (shown beside it), `level` (of the heading, 2), `flush` (content reaches the frame, as tables do).
 */
export function Card({ title, actions, level = 2, flush = false, children, class: extra, ...rest }) {
  const id = useId();
  return html`<section class=${classes('card', flush && 'flush', extra)} aria-labelledby=${title ? id : null} ...${rest}>
    ${(title || actions) && html`<header class="card-head">
      ${title && h(`h${level}`, { id }, title)}
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>`}
    <div class="card-body">${children}</div>
  </section>`;
}

/**
 * Rows. `columns`: [{key, title, render?(row), align?: "end", sort?: true, wide?: true, class?}]; `keyOf(row, index)`;
 * `caption` (read aloud), `sort` ({key, descending}) with `onSort(key)`, `empty` (shown when there is none),
 * `onRow(row)` makes rows clickable for the mouse: put a link or a button into a cell for everybody else.
 * `rowClass(row)` gives a row's class.
 */
export function Table({ columns, rows, keyOf = (row, index) => row.id ?? index, caption, sort, onSort, empty, onRow, rowClass }) {
  if (!rows || rows.length === 0) return empty ?? html`<${Empty} title="Nothing here." />`;
  const head = (column) => {
    const sorted = sort?.key === column.key;
    const order = sorted ? (sort.descending ? 'descending' : 'ascending') : null;
    const title = column.sort && onSort
      ? html`<button type="button" class="sort" onClick=${() => onSort(column.key)}>${column.title}<span aria-hidden="true">${sorted ? (sort.descending ? ' ↓' : ' ↑') : ''}</span></button>`
      : column.title;
    return html`<th scope="col" key=${column.key} class=${classes(column.align, column.class)} aria-sort=${order}>${title}</th>`;
  };
  const cell = (column, row) => html`<td key=${column.key} class=${classes(column.align, column.wide && 'wide', column.class)}>
    ${column.render ? column.render(row) : row[column.key] ?? html`<span class="none">–</span>`}</td>`;
  const line = (row, index) => html`<tr key=${keyOf(row, index)} class=${classes(onRow && 'clickable', rowClass?.(row))}
    onClick=${onRow && ((event) => !event.target.closest('a, button, input, select, label') && onRow(row))}>
    ${columns.map((column) => cell(column, row))}</tr>`;
  return html`<${Scroll} label=${caption ?? 'Table'}>
    <table>${caption && html`<caption class="aside">${caption}</caption>`}
      <thead><tr>${columns.map(head)}</tr></thead>
      <tbody>${rows.map(line)}</tbody>
    </table></${Scroll}>`;
}

/** What may be wider than the page; can be scrolled by keyboard when it is. */
export function Scroll({ label, children }) {
  const box = useRef(null);
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const watch = new ResizeObserver(() => setWide(box.current !== null && box.current.scrollWidth > box.current.clientWidth + 1));
    watch.observe(box.current);
    if (box.current.firstElementChild) watch.observe(box.current.firstElementChild);
    return () => watch.disconnect();
  }, []);
  return html`<div class="scroll" ref=${box} tabindex=${wide ? 0 : null} role=${wide ? 'group' : null} aria-label=${wide ? label : null}>${children}</div>`;
}

/** A short word about a state. `tone`: good, warn, bad, info, plain. */
export function Badge({ tone = 'plain', children, ...rest }) {
  return html`<span class=${`badge ${tone}`} ...${rest}>${children}</span>`;
}

/** `kind`: plain, primary, danger, quiet. `busy`: what it began is not done yet. With `href` it is a link. */
export function Button({ kind = 'plain', busy = false, disabled = false, type = 'button', href, class: extra, children, ...rest }) {
  const name = classes('button', kind, busy && 'busy', extra);
  if (href) return html`<a class=${name} href=${href} ...${rest}>${children}</a>`;
  return html`<button class=${name} type=${type} disabled=${disabled || busy} aria-busy=${busy ? 'true' : null} ...${rest}>${children}</button>`;
}

/**
 * A window over the page. `title`, `onClose` (Escape, the cross), `actions` (buttons at its end), `wide`,
 * `onSubmit`: its content is a form, and Enter submits it. Shown as long as it is drawn and `open` is not false.
 */
export function Dialog({ title, open = true, onClose, actions, wide = false, onSubmit, children }) {
  const box = useRef(null);
  const id = useId();
  useEffect(() => {
    if (!open) return undefined;
    const before = document.activeElement;
    const dialog = box.current;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before?.isConnected) before.focus();
    };
  }, [open]);
  if (!open) return null;
  const content = html`<header class="dialog-head"><h2 id=${id}>${title}</h2>
      ${onClose && html`<button type="button" class="button quiet cross" aria-label="Close" onClick=${onClose}>✕</button>`}</header>
    <div class="dialog-body">${children}</div>
    ${actions && html`<footer class="dialog-foot">${actions}</footer>`}`;
  const submit = (event) => {
    event.preventDefault();
    onSubmit(event);
  };
  return html`<dialog ref=${box} class=${classes('dialog', wide && 'wide')} aria-labelledby=${id}
    onCancel=${(event) => { event.preventDefault(); onClose?.(); }}>
    ${onSubmit ? html`<form novalidate onSubmit=${submit}>${content}</form>` : content}</dialog>`;
}

/**
 * Asks before something is done. `action` is the word on the button; `onConfirm` may give a promise, and what it fails
 * with is shown. `danger` colours the button.
 */
export function Confirm({ title, open = true, action = 'Go on', danger = false, onConfirm, onClose, children }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return html`<${Dialog} title=${title} open=${open} onClose=${onClose} onSubmit=${go} actions=${html`
    <${Button} onClick=${onClose}>Cancel</${Button}>
    <${Button} type="submit" kind=${danger ? 'danger' : 'primary'} busy=${busy}>${action}</${Button}>`}>
    ${children}${error && html`<${Problem} error=${error} />`}</${Dialog}>`;
}

/** Asks, as a promise: true, or false. `text` may be markup. */
export function confirm({ title, text, action, danger = false }) {
  return new Promise((resolve) => {
    const place = document.body.appendChild(document.createElement('div'));
    const close = (answer) => {
      render(null, place);
      place.remove();
      resolve(answer);
    };
    render(html`<${Confirm} title=${title} action=${action} danger=${danger} onConfirm=${() => close(true)} onClose=${() => close(false)}><div>${text}</div></${Confirm}>`, place);
  });
}

/**
 * A labelled control. `type`: text, password, email, number, url, search, select, textarea, checkbox; `value` (checkbox: a
 * truth), `onInput(value)`, `options` of a select ([value] or [[value, label]]), `hint`, `error`; other attributes go to the
 * control. With `children` as a function of the control's attributes ({id, …aria}), that draws it.
 */
export function Field({ label, hint, error, type = 'text', value, onInput, options = [], required = false, class: extra, children, ...rest }) {
  const id = useId();
  const described = classes(hint && `${id}-hint`, error && `${id}-error`) || null;
  const attributes = { id, 'aria-describedby': described, 'aria-invalid': error ? 'true' : null, required, ...rest };
  const control = () => {
    if (typeof children === 'function') return children(attributes);
    if (type === 'checkbox') return html`<input type="checkbox" checked=${Boolean(value)} onChange=${(event) => onInput(event.target.checked)} ...${attributes} />`;
    const input = (event) => onInput(event.target.value);
    if (type === 'textarea') return html`<textarea rows="4" value=${value ?? ''} onInput=${input} ...${attributes}></textarea>`;
    if (type === 'select') {
      return html`<select value=${value ?? ''} onChange=${input} ...${attributes}>${options.map((option) => {
        const [name, text] = Array.isArray(option) ? option : [option, option];
        return html`<option key=${name} value=${name} selected=${String(name) === String(value ?? '')}>${text}</option>`;
      })}</select>`;
    }
    return html`<input type=${type} value=${value ?? ''} onInput=${input} ...${attributes} />`;
  };
  return html`<div class=${classes('field', type === 'checkbox' && 'check', error && 'wrong', required && 'must', extra)}>
    <label for=${id}>${label}</label>
    ${control()}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}</div>`;
}

/** Where there is nothing: what is missing, and what to do about it. */
export function Empty({ title, children, action }) {
  return html`<div class="empty"><p class="empty-title">${title}</p>${children && html`<div>${children}</div>`}${action}</div>`;
}

/** A failure: code, message, advice, and everything else that was found. `onRetry` adds a button. */
export function Problem({ error, onRetry }) {
  if (!error) return null;
  const first = { code: error.code, message: error.message, cause: error.cause, hint: error.hint };
  const all = error.errors?.length > 0 ? error.errors : [first];
  return html`<div class="problem" role="alert">
    ${all.map((one, index) => html`<div class="problem-one" key=${index}>
      <p>${one.code && html`<code class="code">${one.code}</code> `}<strong>${one.message}</strong>${typeof one.cause === 'string' && one.cause && html`<span>: ${one.cause}</span>`}</p>
      ${one.hint && html`<p class="problem-hint"><${Code} text=${one.hint} /></p>`}</div>`)}
    ${onRetry && html`<${Button} onClick=${onRetry}>Try again</${Button}>`}</div>`;
}

/** A text of the server's: what stands in \`backquotes\` is shown as code. */
export function Code({ text }) {
  return String(text).split(/(`[^`]+`)/).map((part) => (part.startsWith('`') && part.length > 2 ? html`<code>${part.slice(1, -1)}</code>` : part));
}

/** While data is on its way. */
export function Loading({ lines = 3 }) {
  return html`<div class="loading" role="status"><span class="aside">Loading …</span>${Array.from({ length: lines }, (_, index) => html`<span class="bone" key=${index} aria-hidden="true"></span>`)}</div>`;
}

/** What `useData` gave: loading, the failure, or `children(data)`. */
export function Loaded({ of, children, lines }) {
  if (of.data !== undefined) return html`${of.error && html`<${Problem} error=${of.error} onRetry=${of.reload} />`}${children(of.data)}`;
  if (of.error) return html`<${Problem} error=${of.error} onRetry=${of.reload} />`;
  return html`<${Loading} lines=${lines} />`;
}

/** A moment: how long ago, and exactly when pointed at. `value`: ISO text; `full`: exactly at once. */
export function Time({ value, full = false }) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (full) return undefined;
    const timer = setInterval(() => tick((count) => count + 1), 30000);
    return () => clearInterval(timer);
  }, [full]);
  const date = value ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime())) return html`<span class="none">–</span>`;
  return html`<time datetime=${date.toISOString()} title=${full ? ago(date) : moment(date, { seconds: true })}>${full ? moment(date, { seconds: true }) : ago(date)}</time>`;
}

/** "38 ms", "2.4 s", "1 min 12 s", of seconds. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(Number(seconds))) return '–';
  const value = Number(seconds);
  if (value < 0.0995) return `${(value * 1000).toFixed(value < 0.00995 ? 1 : 0)} ms`;
  if (value < 0.9995) return `${Math.round(value * 1000)} ms`;
  if (value < 59.95) return `${value.toFixed(value < 9.95 ? 1 : 0)} s`;
  const minutes = Math.floor(value / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(value % 60)} s`;
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} days`;
}

/** How long something took. `value`: seconds. */
export function Duration({ value }) {
  return html`<span class="number">${duration(value)}</span>`;
}

/** `tabs`: [{id, label, count?}]; `current`; `onChange(id)`. Arrow keys go from one to the next. */
export function Tabs({ tabs, current, onChange, label = 'Views' }) {
  const box = useRef(null);
  const move = (event) => {
    const at = tabs.findIndex((tab) => tab.id === current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    onChange(next.id);
    box.current.querySelector(`[data-tab="${CSS.escape(next.id)}"]`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} ref=${box} onKeyDown=${move}>
    ${tabs.map((tab) => html`<button type="button" role="tab" key=${tab.id} data-tab=${tab.id} aria-selected=${tab.id === current ? 'true' : 'false'}
      tabindex=${tab.id === current ? 0 : -1} onClick=${() => onChange(tab.id)}>${tab.label}${tab.count !== undefined && html` <span class="count">${tab.count}</span>`}</button>`)}</div>`;
}

/** From `offset`, `limit` of `total`; `onChange(offset)`. Nothing when all fit. */
export function Pager({ offset = 0, limit, total, counted = true, more = !counted || offset + limit < total, shown = Math.min(limit, total - offset), onChange }) {
  if (!more && offset === 0) return null;
  const last = offset + shown;
  return html`<nav class="pager" aria-label="Pages of the list">
    <${Button} disabled=${offset === 0} onClick=${() => onChange(Math.max(0, offset - limit))}>Previous</${Button}>
    <span class="number">${shown <= 0 ? 0 : offset + 1}–${last} of ${counted ? total : `more than ${total.toLocaleString('en')}`}</span>
    <${Button} disabled=${!more} onClick=${() => onChange(offset + limit)}>Next</${Button}></nav>`;
}

/** Names and their values. `items`: [[name, value]]; empty ones are left out. */
export function Facts({ items }) {
  const there = items.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false);
  return html`<dl class="facts">${there.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A button that copies a text, and says that it did. */
export function Copy({ text, label = 'Copy' }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return html`<${Button} kind="quiet" onClick=${copy}>${done ? 'Copied' : label}</${Button}>`;
}

/** A line that comes at the foot of the window and goes after a while. `tone`: good, bad, info. */
export function toast(text, { tone = 'good', ms = 5000 } = {}) {
  let place = document.getElementById('toasts');
  if (!place) {
    place = document.createElement('div');
    place.id = 'toasts';
    place.setAttribute('role', 'status');
    document.body.append(place);
  }
  const line = document.createElement('p');
  line.className = `toast ${tone}`;
  line.textContent = text;
  place.append(line);
  setTimeout(() => line.remove(), ms);
}
