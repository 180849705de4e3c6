// One setting: what it is, where its value comes from, and how it is changed.
import { html, useId } from '../../lib/preact.js';
import { Badge, Button, Code, Time, classes } from '../../lib/ui.js';
import { isSame, valueNow } from './draft.js';
import { Control, Value, wanted } from './values.js';

/** Where the value of now comes from, and since when. */
function Source({ setting }) {
  const changed = setting.changed;
  const who = changed && html`, by ${changed.by} <${Time} value=${changed.at} />`;
  if (setting.source === 'pin') return html`<p class="hint pinned-why"><svg class="lock" viewBox="0 0 24 24" aria-hidden="true"><path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" /></svg>
    Pinned by the variable <code>${setting.variable}</code>, which wins over the database as long as it is set. It is changed where that is set.</p>`;
  if (setting.source === 'database') return html`<p class="hint">Saved${who}${setting.default !== null && setting.default !== undefined && html`; else ${html`<${Value} value=${setting.default} type=${setting.type} />`}`}</p>`;
  if (setting.source === 'default') return html`<p class="hint">The default${changed && html`; changed back${who}`}</p>`;
  if (setting.generate) return html`<p class="hint">A value is made when it is needed.</p>`;
  return html`<p class="hint">No value</p>`;
}

function Badges({ setting, edit }) {
  return html`${edit && html`<${Badge} tone="accent">changed here</${Badge}>`}
    ${setting.secret && html`<${Badge}>secret</${Badge}>`}
    ${setting.restart && html`<${Badge} tone="warn">needs a restart</${Badge}>`}
    ${setting.required && setting.counts && setting.source === 'none' && html`<${Badge} tone="bad">missing</${Badge}>`}
    ${setting.locked && html`<${Badge} tone="bad">does not open</${Badge}>`}
    ${setting.in_clear && html`<${Badge} tone="bad">not encrypted</${Badge}>`}`;
}

/** While other settings have these values. */
function Condition({ setting }) {
  const all = Object.entries(setting.requires ?? {});
  if (all.length === 0 || setting.counts) return null;
  return html`<p class="hint">Counts only while ${all.map(([name, values], index) => html`${index > 0 && ' and '}<code>${name}</code> is ${values.join(' or ')}`)}.</p>`;
}

/** A secret can be replaced, made anew, removed; never seen. */
function SecretControl({ id, setting, edit, onEdit, attributes }) {
  const typing = edit?.op === 'set';
  const long = ['json', 'list'].includes(setting.type);
  const input = (event) => onEdit({ op: 'set', secret: true, value: event.target.value });
  if (typing) {
    return html`<div class="secret-field">${long
      ? html`<textarea ...${attributes} id=${id} class="mono" rows="3" spellcheck=${false} autocomplete="off" value=${edit.value} onInput=${input}></textarea>`
      : html`<input ...${attributes} id=${id} type="password" autocomplete="new-password" value=${edit.value} onInput=${input} />`}
      <${Button} kind="quiet" onClick=${() => onEdit(null)}>Keep the old one</${Button}></div>`;
  }
  const pending = { unset: 'Will be removed.', generate: 'A new one will be made.' }[edit?.op];
  return html`<div class="row">
    <span class=${pending ? '' : 'soft'}>${pending ?? (setting.stored ? 'A secret is stored.' : 'No secret is stored.')}</span>
    ${pending
      ? html`<${Button} kind="quiet" onClick=${() => onEdit(null)}>Undo</${Button}>`
      : html`<${Button} id=${id} aria-label=${`${setting.stored ? 'Replace' : 'Set'} ${setting.name}`} onClick=${() => onEdit({ op: 'set', secret: true, value: '' })}>${setting.stored ? 'Replace' : 'Set'}</${Button}>
        ${setting.generate && html`<${Button} aria-label=${`Generate ${setting.name}`} onClick=${() => onEdit({ op: 'generate' })}>Generate</${Button}>`}
        ${setting.stored && html`<${Button} kind="quiet" aria-label=${`Remove ${setting.name}`} onClick=${() => onEdit({ op: 'unset' })}>Remove</${Button}>`}`}</div>`;
}

function PlainControl({ id, setting, edit, onEdit, attributes }) {
  const value = edit?.op === 'set' ? edit.value : edit?.op === 'unset' ? valueNow({ ...setting, value: setting.default }) : valueNow(setting);
  const take = (next) => {
    const fresh = { op: 'set', value: next };
    onEdit(isSame(setting, fresh) ? null : fresh);
  };
  return html`<div class="control-row"><div class="control"><${Control} id=${id} setting=${setting} value=${value} onValue=${take} attributes=${attributes} /></div>
    ${edit
      ? html`<${Button} kind="quiet" aria-label=${`Undo the change of ${setting.name}`} onClick=${() => onEdit(null)}>Undo</${Button}>`
      : html`${setting.stored && html`<${Button} kind="quiet" aria-label=${`Reset ${setting.name}`} title="Remove the stored value" onClick=${() => onEdit({ op: 'unset' })}>Reset</${Button}>`}
        ${setting.generate && !setting.stored && html`<${Button} kind="quiet" aria-label=${`Generate ${setting.name}`} onClick=${() => onEdit({ op: 'generate' })}>Generate</${Button}>`}`}</div>
    ${edit?.op === 'unset' && html`<p class="hint">The stored value will be removed${setting.default !== null && setting.default !== undefined ? '; the default counts again' : ''}.</p>`}
    ${edit?.op === 'generate' && html`<p class="hint">A new value will be made.</p>`}`;
}

/**
 * `setting`: of joined(); `edit`: of the draft, or null; `errors`: what the server said of it; `may`: who looks may change it;
 * `onEdit(edit | null)`, `onExplain()`.
 */
export function Setting({ setting, edit, errors = [], may, onEdit, onExplain }) {
  const id = useId();
  const pinned = setting.source === 'pin' || setting.pinned;
  const changes = may && !pinned && setting.declared;
  const asked = changes ? wanted(setting) : '';
  const all = errors.length > 0 ? errors : edit ? [] : (setting.problems ?? []);
  const attributes = {
    'aria-describedby': classes(all.length > 0 && `${id}-error`, asked && `${id}-asked`) || null,
    'aria-invalid': errors.length > 0 ? 'true' : null,
  };
  const name = html`<code>${setting.name}</code>`;
  return html`<div class=${classes('setting', edit && 'edited', !setting.counts && 'idle', all.length > 0 && 'wrong')} data-setting=${setting.name}>
    <div class="setting-about">
      <div class="row">${changes && !(setting.type === 'list' && setting.values?.length) ? html`<label class="setting-name" for=${id}>${name}</label>` : html`<span class="setting-name">${name}</span>`}<${Badges} setting=${setting} edit=${edit} /></div>
      ${setting.description && html`<p class="setting-text">${setting.description}</p>`}
      <${Condition} setting=${setting} />
    </div>
    <div class="setting-value">
      ${!changes
        ? html`<div class="control-row"><div class="control"><${Value} value=${setting.secret && setting.stored ? '********' : setting.value} secret=${setting.secret && setting.stored} type=${setting.type} /></div>
            ${may && !setting.declared && html`<${Button} kind="quiet" aria-label=${edit ? `Undo the change of ${setting.name}` : `Remove ${setting.name}`} onClick=${() => onEdit(edit ? null : { op: 'unset' })}>${edit ? 'Undo' : 'Remove'}</${Button}>`}</div>`
        : setting.secret
          ? html`<${SecretControl} id=${id} setting=${setting} edit=${edit} onEdit=${onEdit} attributes=${attributes} />`
          : html`<${PlainControl} id=${id} setting=${setting} edit=${edit} onEdit=${onEdit} attributes=${attributes} />`}
      ${all.length > 0 && html`<div class="setting-errors" id=${`${id}-error`}>${all.map((one, index) => html`<p class="error" key=${index}>${one.message}${one.hint && html`<span class="soft">: <${Code} text=${one.hint} /></span>`}</p>`)}</div>`}
      ${asked && html`<p class="hint" id=${`${id}-asked`}>${asked}</p>`}
      <div class="row apart"><${Source} setting=${setting} /><button type="button" class="as-link" aria-label=${`Explain ${setting.name}`} onClick=${onExplain}>Explain</button></div>
    </div>
  </div>`;
}
