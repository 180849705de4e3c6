// Windows over the settings: what a change would do, where a value comes from, who changed what meanwhile.
import { html, useState } from '../../lib/preact.js';
import { get, send } from '../../lib/api.js';
import { useData } from '../../lib/use.js';
import { Badge, Button, Dialog, Empty, Field, Loaded, Problem, Table, Time } from '../../lib/ui.js';
import { Change, PlanRows, Value } from './values.js';

/** Shows what a change does before it is made. `body`: of the change; `onDone(result)`, `onRefused(error)`. */
export function Review({ title, method = 'PUT', path = 'config', body, action = 'Save', onClose, onDone, onRefused, danger = false }) {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const plan = useData(async () => {
    try {
      return await send(method, path, { ...body, dry_run: true });
    } catch (problem) {
      onRefused?.(problem);
      throw problem;
    }
  });
  const effective = plan.data?.settings.filter((one) => !['unchanged', 'pinned'].includes(one.effect)) ?? [];
  const save = async () => {
    if (effective.length === 0) return onClose();
    setBusy(true);
    setError(null);
    try {
      onDone(await send(method, path, { ...body, ...(reason.trim() ? { reason: reason.trim() } : {}) }));
    } catch (problem) {
      setError(problem);
      setBusy(false);
      onRefused?.(problem);
    }
  };
  return html`<${Dialog} title=${title} wide onClose=${onClose} onSubmit=${save} actions=${html`<${Button} onClick=${onClose}>${plan.error ? 'Back' : 'Cancel'}</${Button}>
      ${!plan.error && effective.length > 0 && html`<${Button} type="submit" kind=${danger ? 'danger' : 'primary'} busy=${busy} disabled=${!plan.data}>${action}</${Button}>`}`}>
    <${Loaded} of=${{ ...plan, reload: undefined }}>${(data) => html`
      ${effective.length === 0 && html`<${Empty} title="Nothing changes.">All of this is so already.</${Empty}>`}
      <${PlanRows} settings=${data.settings} />
      ${data.warnings.map((one, index) => html`<p class="note warn" key=${index}>${one.message}${one.cause && `: ${one.cause}`}</p>`)}
      ${effective.some((one) => one.restart) && html`<p class="note">${effective.filter((one) => one.restart).map((one) => one.name).join(', ')}: from the application's next start on. All else counts at once.</p>`}
      ${effective.length > 0 && html`<${Field} label="Why" hint="Stands in the history." value=${reason} onInput=${setReason} maxlength="500" />`}`}</${Loaded}>
    ${error && html`<${Problem} error=${error} />`}</${Dialog}>`;
}

const KINDS = { pin: 'Variable that pins it', database: 'Database', seed: 'Variable, imported once', default: 'Default' };

/** Every source of a value, the strongest first, and its last changes. */
export function Explain({ name, onClose }) {
  const data = useData(async () => {
    const [explained, history] = await Promise.all([get(`config/explain/${encodeURIComponent(name)}`), get('config/history', { name, limit: 10 })]);
    return { ...explained, entries: history.entries };
  }, [name]);
  const columns = [
    { key: 'kind', title: 'Source', render: (row) => html`${KINDS[row.kind] ?? row.kind}<br /><code>${row.name}</code>` },
    { key: 'value', title: 'Says', render: (row) => (row.present ? html`<${Value} value=${row.value} />` : html`<span class="none">nothing</span>`) },
    { key: 'detail', title: 'About it', wide: true, render: (row) => html`${row.wins && html`<${Badge} tone="good">counts</${Badge}> `}${row.detail}` },
  ];
  return html`<${Dialog} title=${`Where ${name} comes from`} wide onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>Close</${Button}>`}>
    <${Loaded} of=${data}>${(found) => html`
      <p class="soft">The first of these that says something counts.</p>
      <${Table} caption="Sources, the strongest first" columns=${columns} rows=${found.sources} keyOf=${(row) => row.kind} rowClass=${(row) => row.wins && 'wins'} />
      ${found.entries.length > 0 && html`<h3 class="dialog-part">Last changes</h3>
        <ul class="plan-rows">${found.entries.map((entry) => html`<li key=${entry.revision}><div class="row"><${Badge}>revision ${entry.revision}</${Badge}><span>${entry.by}</span><${Time} value=${entry.at} /></div>
          <${Change} ...${entry} />${entry.reason && html`<p class="hint">${entry.reason}</p>`}</li>`)}</ul>`}`}</${Loaded}></${Dialog}>`;
}

/** Who changed the same settings meanwhile. `onTheirs(name)`, `onMine(entry)`. */
export function Conflicts({ conflicts, onTheirs, onMine }) {
  if (conflicts.length === 0) return null;
  return html`<section class="note warn conflicts" aria-label="Changed meanwhile">
    <p><strong>${conflicts.length === 1 ? 'A setting that you are changing was' : 'Settings that you are changing were'} changed meanwhile.</strong> Nothing of yours is lost: choose what shall count.</p>
    <ul class="plan-rows">${conflicts.map((entry) => html`<li key=${entry.name}>
      <div class="row"><code>${entry.name}</code><span>by ${entry.by}</span><${Time} value=${entry.at} />${entry.reason && html`<span class="soft">${entry.reason}</span>`}</div>
      <${Change} ...${entry} />
      <div class="row"><${Button} aria-label=${`Keep mine: ${entry.name}`} onClick=${() => onMine(entry)}>Keep mine</${Button}>
        <${Button} aria-label=${`Take theirs: ${entry.name}`} onClick=${() => onTheirs(entry.name)}>Take theirs</${Button}></div></li>`)}</ul></section>`;
}
