// Somebody else changed the row that was being edited: what they wrote, what I wrote, and which of it shall stand.
import { html, useState } from '../lib/preact.js';
import { Button, Dialog, Problem } from '../lib/ui.js';
import { same } from './row_values.js';

const shown = (value, labels) => (value === null || value === undefined ? html`<span class="none">NULL</span>` : labels?.[value] ?? String(value));

/** Columns that are not what they were: {name, was, theirs, yours, both}. `mine`: what I changed. */
export function compare(before, current, mine) {
  return Object.keys(before).map((name) => {
    const changed = !same(before[name], current[name]);
    const wanted = name in mine;
    return { name, was: before[name], theirs: current[name], yours: wanted ? mine[name] : before[name], changed, wanted, both: changed && wanted && !same(current[name], mine[name]) };
  }).filter((one) => one.changed || one.wanted);
}

/**
 * `error`: the refusal; `before`, `current` (undefined: the row is gone), `mine`: {column: value}. `titleOf(column)`;
 * `onSave(values)` gives a promise; `onTake()` leaves mine; `onClose()` goes back to the form.
 */
export function ConflictDialog({ error, before, current, mine, labels, titleOf, onSave, onTake, onClose }) {
  const [choice, setChoice] = useState({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  if (!current) {
    return html`<${Dialog} title="The row is gone" onClose=${onTake} actions=${html`<${Button} kind="primary" onClick=${onTake}>Close</${Button}>`}>
      <p>${error.message}: it is not there any more. Nothing was written.</p></${Dialog}>`;
  }
  const rows = compare(before, current, mine);
  const save = async () => {
    const values = Object.fromEntries(rows.filter((one) => one.wanted && (!one.both || choice[one.name] === 'yours') && !same(one.yours, one.theirs)).map((one) => [one.name, one.yours]));
    setBusy(true);
    setProblem(null);
    try {
      await onSave(values);
    } catch (failure) {
      setProblem(failure);
    }
    setBusy(false);
  };
  const pick = (one, which, value) => html`<label class="pick"><input type="radio" name=${`conflict-${one.name}`} checked=${(choice[one.name] ?? 'theirs') === which}
    onChange=${() => setChoice({ ...choice, [one.name]: which })} /><span><span class="aside">${which === 'theirs' ? 'Theirs' : 'Yours'}: </span>${shown(value, labels?.[one.name])}</span></label>`;
  return html`<${Dialog} wide title="Somebody else changed this row" onClose=${onClose} onSubmit=${save} actions=${html`
    <${Button} onClick=${onClose}>Back to the form</${Button}><${Button} onClick=${onTake}>Discard mine</${Button}>
    <${Button} type="submit" kind="primary" busy=${busy}>Save</${Button}>`}>
    <p><strong>${error.message}.</strong> Nothing of yours was written yet. Choose what shall stand where both changed something; the rest is put together.</p>
    <div class="scroll"><table class="conflict"><caption class="aside">What changed</caption>
      <thead><tr><th scope="col">Column</th><th scope="col" class="was">Was</th><th scope="col">Theirs</th><th scope="col">Yours</th></tr></thead>
      <tbody>${rows.map((one) => html`<tr key=${one.name} class=${one.both ? 'both' : null}><th scope="row">${titleOf(one.name)}</th>
        <td class="was">${shown(one.was, labels?.[one.name])}</td>
        <td>${one.both ? pick(one, 'theirs', one.theirs) : one.changed ? shown(one.theirs, labels?.[one.name]) : html`<span class="soft">unchanged</span>`}</td>
        <td>${one.both ? pick(one, 'yours', one.yours) : one.wanted ? shown(one.yours, labels?.[one.name]) : html`<span class="soft">unchanged</span>`}</td></tr>`)}</tbody></table></div>
    <${Problem} error=${problem} /></${Dialog}>`;
}
