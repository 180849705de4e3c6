// A field for a declared setting, by its type.
import { html } from '../../lib/preact.js';
import { Field } from '../../lib/ui.js';
import { shownOf } from './plan.js';

const HINTS = {
  duration: 'As 90s, 5m or 2h.',
  size: 'As 512KiB or 16MiB.',
  list: 'One on each line.',
  json: 'JSON.',
};

/** "app_mode" → "App mode" */
export function labelOf(name) {
  const text = name.replace(/[_.-]+/g, ' ').trim();
  return (text.charAt(0).toUpperCase() + text.slice(1)).replace(/\b(id|url|uri|api|csp|hsts|cors|tls|smtp|ip)\b/gi, (word) => word.toUpperCase()).replace(/\bworkos\b/i, 'WorkOS').replace(/\bauthkit\b/i, 'AuthKit');
}

function boundsOf({ min, max }) {
  if (min && max) return `From ${min} to ${max}.`;
  if (min) return `At least ${min}.`;
  return max ? `At most ${max}.` : '';
}

function hintOf(setting, current) {
  const parts = [setting.description && `${setting.description.replace(/\.$/, '')}.`, HINTS[setting.type], boundsOf(setting)];
  if (setting.generate && !current) parts.push('Left empty, one is made.');
  if (setting.secret && current) parts.push('One is there; left empty, it stays.');
  if (setting.restart) parts.push('Counts from the next start on.');
  return parts.filter(Boolean).join(' ');
}

/** `info`: what the server told; `value`: what was typed; `onInput(text)`; `error`: what is wrong with it. */
export function SettingField({ setting, info, value, onInput, error }) {
  const current = info.config.settings.find((one) => one.name === setting.name)?.value ?? null;
  const hint = hintOf(setting, current);
  const text = value ?? shownOf(setting, info);
  const must = setting.required && !setting.generate && current === null;
  const shared = { label: labelOf(setting.name), hint, error, required: must, name: setting.name, value: text, onInput };
  if (setting.pinned) {
    return html`<${Field} ...${shared} required=${false} value=${setting.secret ? '' : current ?? ''} readonly hint=${`${hint} The variable ${setting.variable} says so, and wins as long as it is set.`} onInput=${() => {}} />`;
  }
  if (setting.secret) return html`<${Field} ...${shared} value=${value ?? ''} type="password" autocomplete="new-password" />`;
  if (setting.type === 'bool') return html`<${Field} ...${shared} required=${false} type="checkbox" value=${text === 'true'} onInput=${(on) => onInput(String(on))} />`;
  if (setting.type === 'enum') {
    const choices = setting.required || current !== null ? setting.values : [['', '–'], ...setting.values];
    return html`<${Field} ...${shared} type="select" options=${choices} />`;
  }
  if (setting.type === 'list' || setting.type === 'json') return html`<${Field} ...${shared} type="textarea" rows="3" spellcheck="false" />`;
  const kinds = { email: 'email', url: 'url' };
  const mode = { int: 'numeric', float: 'decimal' }[setting.type];
  return html`<${Field} ...${shared} type=${kinds[setting.type] ?? 'text'} inputmode=${mode} spellcheck="false" autocomplete="off" />`;
}
