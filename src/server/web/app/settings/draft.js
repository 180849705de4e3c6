// What somebody wants to change, before it is saved: by setting, and as the server takes it.

/**
 * @typedef {{op: 'set', value: string | string[]} | {op: 'unset'} | {op: 'generate'}} Edit
 * @typedef {Record<string, Edit>} Draft
 */

/** Declarations and what they hold now, together; then those that nobody declared. */
export function joined(form, config) {
  const states = new Map(config.settings.map((state) => [state.name, state]));
  const declared = form.settings.map((one) => ({ ...one, ...states.get(one.name), place: `${one.file}:${one.line}` }));
  const known = new Set(form.settings.map((one) => one.name));
  const others = config.settings.filter((state) => !known.has(state.name)).map((state) => ({ values: [], requires: {}, ...state, type: 'string', group: 'Not declared' }));
  return [...declared, ...others];
}

/** [[group, settings]], in the order of the file. */
export function grouped(settings) {
  const groups = new Map();
  for (const one of settings) {
    const name = one.group || 'General';
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(one);
  }
  return [...groups];
}

/** A stored list as an array; what cannot be read as one is a single item. */
export function itemsOf(text) {
  if (text === null || text === undefined || text === '') return [];
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))) : [String(text)];
  } catch {
    return [String(text)];
  }
}

/** What a control shows for a setting that is not being edited. */
export function valueNow(setting) {
  if (setting.secret) return setting.type === 'list' ? [] : '';
  if (setting.type === 'list') return itemsOf(setting.value);
  return setting.value ?? '';
}

/** Whether an edit says nothing new. A secret that is typed is always new. */
export function isSame(setting, edit) {
  if (edit.op === 'unset') return !setting.stored;
  if (edit.op === 'generate' || setting.secret) return false;
  if (setting.value === null || setting.value === undefined) return false;
  return JSON.stringify(edit.value) === JSON.stringify(valueNow(setting));
}

/** As numbers and truths where the items are such, so that the list reads back as one of them. */
function item(setting, text) {
  if (['int', 'float'].includes(setting.items) && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (setting.items === 'bool' && ['true', 'false'].includes(text)) return text === 'true';
  return text;
}

/** The members `set`, `unset` and `generate` of a change. */
export function bodyOf(draft, settings) {
  const body = { set: {}, unset: [], generate: [] };
  for (const [name, edit] of Object.entries(draft)) {
    const setting = settings.find((one) => one.name === name) ?? { name };
    if (edit.op === 'unset') body.unset.push(name);
    else if (edit.op === 'generate') body.generate.push(name);
    else if (Array.isArray(edit.value)) body.set[name] = edit.value.filter((text) => text !== '').map((text) => item(setting, text));
    else body.set[name] = edit.value;
  }
  return body;
}

/** A secret's edit that has nothing typed yet is none. */
export function isComplete(edit) {
  return edit.op !== 'set' || edit.value.length > 0 || !edit.secret;
}

/** {name: [errors]} of a refusal; under "" what is about no setting. */
export function byName(error) {
  const result = {};
  for (const one of error.errors?.length ? error.errors : [error]) (result[one.setting ?? ''] ??= []).push(one);
  return result;
}

/** Others' changes of settings that are in the draft, newest first: those after `base`, or after what was looked at. */
export function conflictsOf(draft, entries, base, seen) {
  const found = {};
  for (const entry of entries) {
    if (!(entry.name in draft) || entry.revision <= Math.max(base, seen[entry.name] ?? 0)) continue;
    found[entry.name] ??= entry;
  }
  return Object.values(found);
}
