// What the setup asks for, and what it sends: plain functions of what the server told and what was typed.

const HUB_FIRST = ['Network', 'Security'];

/** The setting that says how people sign in; null where none does. */
export function modeSetting(info) {
  return info.form.settings.find((one) => one.name === info.setup.mode) ?? null;
}

/** How people may sign in: the values of that setting but for the one that means "not yet". */
export function modesOf(info) {
  const setting = modeSetting(info);
  return setting ? setting.values.filter((value) => value !== setting.default) : [];
}

/** Whether a setting counts with what was chosen; other conditions are looked up among the values. */
export function counts(setting, info, entered) {
  return Object.entries(setting.requires ?? {}).every(([name, values]) => {
    const now = name === info.setup.mode ? entered.mode : entered.values[name] ?? currentOf(info, name);
    return values.includes(String(now));
  });
}

/** The value that a setting has now, as text; null: none. */
export function currentOf(info, name) {
  return info.config.settings.find((one) => one.name === name)?.value ?? null;
}

const dependsOnMode = (setting, info) => Boolean(info.setup.mode && setting.requires?.[info.setup.mode]);

/** What somebody may set here: not what the setup itself sets. */
function asked(info) {
  const own = new Set([info.setup.mode, ...(info.setup.admins ?? []), ...(info.setup.done ?? [])]);
  // What was made by itself, as a salt, is nobody's to type.
  const made = (one) => one.generate && currentOf(info, one.name) !== null;
  return info.form.settings.filter((one) => !own.has(one.name) && !made(one));
}

/** Settings that belong to the chosen way of signing in. */
export function modeSettings(info, entered) {
  return asked(info).filter((one) => dependsOnMode(one, info) && counts(one, info, entered));
}

/** Whether an account with a password can be made for the first admin. */
export function wantsAccount(info, entered) {
  return info.accounts && (entered.mode ? entered.mode === 'local' : true);
}

/** The steps in their order: [{id, title, settings}]. */
export function stepsOf(info, entered) {
  const steps = [{ id: 'database', title: 'Database', settings: [] }];
  if (info.setup.mode) steps.push({ id: 'mode', title: 'Signing in', settings: modeSettings(info, entered) });
  if (info.setup.admins?.length > 0 || wantsAccount(info, entered)) steps.push({ id: 'admin', title: 'First admin', settings: [] });
  const groups = new Map();
  for (const one of asked(info)) {
    if (dependsOnMode(one, info) || !counts(one, info, entered)) continue;
    const group = one.group ?? 'Settings';
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(one);
  }
  const rank = (title) => (HUB_FIRST.includes(title) ? HUB_FIRST.indexOf(title) : HUB_FIRST.length);
  const sorted = [...groups].sort(([a], [b]) => rank(a) - rank(b));
  // Many small groups would be a long way: they share a step.
  if (sorted.length > 5) steps.push({ id: 'settings', title: 'Settings', settings: sorted.flatMap(([, settings]) => settings), grouped: true });
  else for (const [title, settings] of sorted) steps.push({ id: `group-${title}`, title, settings });
  if (info.seeds.sets?.length > 0) steps.push({ id: 'seeds', title: 'Data', settings: [] });
  return [...steps, { id: 'review', title: 'Review', settings: [] }];
}

/** Sets that can be carried out now. */
export function dueSets(info) {
  return (info.seeds.sets ?? []).filter((set) => set.status === 'new' || set.status === 'changed');
}

/** What is typed into a setting's field before anybody types: its value of now, never a secret. */
export function shownOf(setting, info) {
  const value = setting.secret ? '' : currentOf(info, setting.name) ?? '';
  if (setting.type !== 'list') return value;
  try {
    return JSON.parse(value || '[]').join('\n');
  } catch {
    return value;
  }
}

function parsed(setting, text) {
  if (setting.type !== 'list') return text;
  return text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean);
}

/** The body of `POST /api/v1/setup`. `upTo`: only settings of these steps and of those before are needed yet. */
export function bodyOf(info, entered, secrets, dryRun) {
  const values = {};
  const unset = [];
  const hidden = {};
  for (const step of stepsOf(info, entered)) {
    for (const setting of step.settings) {
      if (setting.pinned) continue;
      if (setting.secret) {
        if (secrets[setting.name]) hidden[setting.name] = secrets[setting.name];
        continue;
      }
      const text = entered.values[setting.name];
      if (text === undefined || text === shownOf(setting, info)) continue;
      // An emptied field takes away what is there.
      if (text === '' && setting.type !== 'list') unset.push(setting.name);
      else values[setting.name] = parsed(setting, text);
    }
  }
  const body = { values, unset, secrets: hidden, dry_run: dryRun };
  const email = entered.email.trim();
  if (info.setup.mode && entered.mode) body.mode = entered.mode;
  if (info.setup.admins?.length > 0) body.admins = [email, ...entered.others.split(/[\n,]/).map((one) => one.trim())].filter(Boolean);
  if (wantsAccount(info, entered) && email) body.account = { email, name: entered.name.trim(), password: secrets.password ?? '' };
  if (!dryRun) body.seed = dueSets(info).map((set) => set.set).filter((set) => !entered.leave.includes(set));
  return body;
}

/** Which of these settings an error is about, as the server says; null: none of them. */
export function settingOf(error, names) {
  return names.includes(error.setting) ? error.setting : null;
}

/** What was typed, without secrets, for this tab alone: a reload loses nothing. */
export const nothing = { mode: '', email: '', name: '', others: '', values: {}, leave: [] };
const KEPT = 'bedstone-setup';

export function keep(entered) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(entered));
  } catch {
    // It stays in this window.
  }
}

export function kept() {
  try {
    return { ...nothing, ...JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') };
  } catch {
    return nothing;
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // There is nothing then.
  }
}
