// Who changed what, when and why; and going back.
import { html, useState } from '../../lib/preact.js';
import { can, get } from '../../lib/api.js';
import { useData } from '../../lib/use.js';
import { Badge, Button, Card, Empty, Field, Loaded, Time, toast } from '../../lib/ui.js';
import { Review } from './dialogs.js';
import { Change } from './values.js';

const STEP = 50;

/** [{revision, at, by, reason, entries}], newest first. */
function revisionsOf(entries) {
  const all = [];
  for (const entry of entries) {
    const last = all[all.length - 1];
    if (last?.revision === entry.revision) last.entries.push(entry);
    else all.push({ revision: entry.revision, at: entry.at, by: entry.by, reason: entry.reason, entries: [entry] });
  }
  return all;
}

/** `revision`: the newest one; `names`: of all settings; `onChanged()`. */
export function History({ revision, names, onChanged }) {
  const [name, setName] = useState('');
  const [limit, setLimit] = useState(STEP);
  const [to, setTo] = useState(null);
  const data = useData(() => get('config/history', { name, limit }), [name, limit, revision]);
  const done = (result) => {
    setTo(null);
    toast(`The values of revision ${to} are back, as revision ${result.revision}.`);
    onChanged();
  };
  return html`<${Card} title="History" actions=${html`<${Field} class="inline-field" label="Setting" type="select" value=${name} onInput=${setName} options=${[['', 'All settings'], ...names]} />`}>
    <${Loaded} of=${data}>${(found) => html`
      ${found.entries.length === 0 && html`<${Empty} title="No changes yet.">Whoever changes a setting, here, with the command or with plain SQL, is named here.</${Empty}>`}
      <ol class="revisions">${revisionsOf(found.entries).map((one) => html`<li key=${one.revision}>
        <div class="row apart"><div class="row"><${Badge} tone=${one.revision === revision ? 'accent' : 'plain'}>revision ${one.revision}</${Badge}><strong>${one.by}</strong><${Time} value=${one.at} />
          ${one.reason && html`<span class="soft">${one.reason}</span>`}</div>
          ${can('super_admin') && one.revision < revision && html`<${Button} kind="quiet" aria-label=${`Go back to this: revision ${one.revision}`} onClick=${() => setTo(one.revision)}>Go back to this</${Button}>`}</div>
        <ul class="plan-rows">${one.entries.map((entry) => html`<li key=${entry.name}><code>${entry.name}</code><${Change} ...${entry} /></li>`)}</ul></li>`)}</ol>
      ${found.entries.length >= limit && html`<${Button} onClick=${() => setLimit(limit + STEP)}>Show older ones</${Button}>`}`}</${Loaded}>
    ${to !== null && html`<${Review} title=${`Back to revision ${to}`} method="POST" path="config/rollback" body=${{ to, revision }} action="Bring these values back" onClose=${() => setTo(null)} onDone=${done} />`}
  </${Card}>`;
}
