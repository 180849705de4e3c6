// Values of rows between a form and the server.

/** What a form's control holds of a value. */
export function toText(column, value) {
  if (value === null || value === undefined) return '';
  if (column.kind === 'boolean') return String(value);
  return String(value);
}

/** What a control's text means. An empty one is NULL where that may be. */
export function fromText(column, text) {
  if (column.kind === 'boolean') return text === '' ? null : text === 'true';
  if (text === '' && (column.nullable || column.kind !== 'text')) return null;
  return text;
}

export const same = (one, other) => String(one ?? '\0') === String(other ?? '\0');

/** Columns that people may fill in; `adds`: of a new row. */
export function isEditable(column, adds) {
  if (column.hidden || column.generated || column.clock) return false;
  return !(adds ? column.key && column.has_default : column.key && column.has_default);
}

/** A default as people would write it: 'x'::text is x; what is computed is nothing. */
export function plainDefault(column) {
  const said = column.default?.replace(/::[\w\s".()[\]]+$/, '') ?? '';
  const quoted = /^'((?:[^']|'')*)'$/.exec(said);
  if (quoted) return quoted[1].replaceAll("''", "'");
  if (/^\(?-?\d+(\.\d+)?\)?$/.test(said)) return said.replace(/[()]/g, '');
  return /^(true|false)$/i.test(said) ? said.toLowerCase() : '';
}

/** "max_tokens" as people read it. */
export function titleOf(name) {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A column's title: of `titles`, else its name; "account_id" is an account. */
export function columnTitle(column, titles = {}) {
  return titles[column.name] ?? titleOf(column.references ? column.name.replace(/_id$/, '') : column.name);
}

export const keyOf = (table, row) => Object.fromEntries(table.key.map((name) => [name, row[name]]));

/** What was read, to be compared when something is written. */
export function beforeOf(table, row) {
  return Object.fromEntries(table.columns.filter((column) => !column.hidden && !column.generated && !column.clock && !table.key.includes(column.name)).map((column) => [column.name, row[column.name]]));
}
