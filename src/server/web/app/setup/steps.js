// The steps of the setup but for the last one.
import { html } from '../../lib/preact.js';
import { Badge, Card, Empty, Facts, Field, Table, Time } from '../../lib/ui.js';
import { toneOf } from '../../lib/status.js';
import { SettingField } from './fields.js';
import { dueSets, modesOf, wantsAccount } from './plan.js';

function Settings({ step, info, entered, secrets, set, setSecret, errors }) {
  const field = (one) => html`<${SettingField} key=${one.name} setting=${one} info=${info} error=${errors[one.name]}
    value=${one.secret ? secrets[one.name] : entered.values[one.name]}
    onInput=${(text) => (one.secret ? setSecret(one.name, text) : set({ values: { ...entered.values, [one.name]: text } }))} />`;
  if (!step.grouped) return html`<div class="fields">${step.settings.map(field)}</div>`;
  const groups = [...new Set(step.settings.map((one) => one.group ?? 'Settings'))];
  return groups.map((group) => html`<fieldset key=${group} class="setup-group"><legend>${group}</legend>
    <div class="fields">${step.settings.filter((one) => (one.group ?? 'Settings') === group).map(field)}</div></fieldset>`);
}

function Database({ info }) {
  const { database } = info;
  const well = database && ['current', 'ahead'].includes(database.state);
  const applied = database?.migrations?.filter((one) => one.status === 'applied').length;
  return html`<p>${well
      ? 'The database is there, and its tables are as this version wants them. Nothing has to be done here.'
      : 'The database is not ready yet. What is missing is told below; the setup can go on as soon as it answers.'}</p>
    <${Facts} items=${[
      ['State', html`<${Badge} tone=${toneOf(database?.state)}>${(database?.state ?? 'unknown').replace('_', ' ')}</${Badge}>`],
      ['Database', html`<span class="mono">${database?.database}</span>`],
      ['Kind', `${database?.database_type === 'postgresql' ? 'PostgreSQL' : database?.database_type === 'sqlite' ? 'SQLite' : database?.database_type ?? ''} ${database?.server_version ?? ''}`],
      ['Migrations', applied !== undefined ? `${applied} applied, ${database.migrations.length - applied} pending` : null],
      ['Seed sets', info.seeds.sets?.length],
    ]} />
    ${(database?.problems ?? []).map((one) => html`<div class="note warn" key=${one.code}><code>${one.code}</code> ${one.message}${one.hint ? html`<br />${one.hint}` : ''}</div>`)}`;
}

const MODES = {
  local: ['With passwords', 'People sign in with their address and a password; this server checks them.'],
  workos: ['With WorkOS', 'People sign in at WorkOS AuthKit: single sign-on, social logins, second factors.'],
};

function Mode(props) {
  const { step, info, entered, set, errors } = props;
  return html`<fieldset class="choices"><legend>How shall people sign in?</legend>
    ${modesOf(info).map((mode) => {
      const [title, text] = MODES[mode] ?? [mode, ''];
      return html`<label key=${mode} class="choice"><input type="radio" name="mode" value=${mode} checked=${entered.mode === mode} onChange=${() => set({ mode })} />
        <span><strong>${title}</strong><span class="soft small">${text}</span></span></label>`;
    })}
    ${errors.mode && html`<p class="error-text" role="alert">${errors.mode}</p>`}</fieldset>
    ${step.settings.length > 0 && html`<${Settings} ...${props} />`}`;
}

function Admin({ info, entered, secrets, set, setSecret, errors }) {
  const account = wantsAccount(info, entered);
  return html`<p>Who administers ${info.project} first, and may do everything. More people can be named later.</p>
    <div class="fields">
      <${Field} label="Email" type="email" name="email" autocomplete="username" required value=${entered.email} onInput=${(email) => set({ email })} error=${errors.email} />
      ${account && html`<${Field} label="Name" name="name" autocomplete="name" value=${entered.name} onInput=${(name) => set({ name })} error=${errors.name} />
        <${Field} label="Password" type="password" name="password" autocomplete="new-password" required hint="At least 12 characters; a few words are a good one." value=${secrets.password ?? ''} onInput=${(text) => setSecret('password', text)} error=${errors.password} />
        <${Field} label="Password, once more" type="password" name="again" autocomplete="new-password" required value=${secrets.again ?? ''} onInput=${(text) => setSecret('again', text)} error=${errors.again} />`}
      ${info.setup.admins?.length > 0 && html`<${Field} label="More super admins" type="textarea" rows="2" name="others" spellcheck="false" hint="Their addresses, one on each line. They need accounts of their own to sign in." value=${entered.others} onInput=${(others) => set({ others })} error=${errors.others} />`}
    </div>
    ${!account && entered.mode === 'workos' && html`<p class="note">Their account is the one at WorkOS that has this address.</p>`}`;
}

const SET_WORDS = { applied: ['loaded', 'good'], new: ['not loaded yet', 'info'], changed: ['changed since', 'warn'], elsewhere: ['not for this environment', 'plain'], broken: ['broken', 'bad'] };

function Seeds({ info, entered, set }) {
  const due = new Set(dueSets(info).map((one) => one.set));
  const toggle = (name, on) => set({ leave: on ? entered.leave.filter((one) => one !== name) : [...entered.leave, name] });
  const columns = [
    { key: 'set', title: 'Seed set', render: (one) => (due.has(one.set)
      ? html`<label class="row"><input type="checkbox" checked=${!entered.leave.includes(one.set)} onChange=${(event) => toggle(one.set, event.target.checked)} /> ${one.set}</label>`
      : one.set) },
    { key: 'status', title: 'State', render: (one) => html`<${Badge} tone=${SET_WORDS[one.status]?.[1]}>${SET_WORDS[one.status]?.[0] ?? one.status}</${Badge}>` },
    { key: 'table', title: 'Table' },
    { key: 'applied_at', title: 'Loaded', class: 'nowrap', render: (one) => html`<${Time} value=${one.applied_at} />` },
  ];
  return html`<p>${due.size > 0
      ? 'The rows that the application starts with. Those that are ticked are loaded when the setup is applied; the others can be loaded at any time.'
      : 'The rows that the application starts with are loaded already. Nothing has to be done here.'}</p>
    <${Table} caption="Seed sets" columns=${columns} rows=${info.seeds.sets} keyOf=${(one) => one.set} empty=${html`<${Empty} title="There are no seed sets." />`} />`;
}

const BODIES = { database: Database, mode: Mode, admin: Admin, seeds: Seeds };

/** One step: its heading and its fields. */
export function Step(props) {
  const Body = BODIES[props.step.id] ?? Settings;
  return html`<${Card} title=${props.step.title}><${Body} ...${props} /></${Card}>`;
}
