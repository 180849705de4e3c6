// One's own account: who it is, where it is signed in, and its password.
import { html, useState } from '../../lib/preact.js';
import { get, send, session as store, signOut } from '../../lib/api.js';
import { useData } from '../../lib/use.js';
import { Badge, Button, Card, Confirm, Facts, Field, Loaded, Page, Problem, Table, Time, toast } from '../../lib/ui.js';

export const title = 'Account';

const ROLES = { member: 'Member: looks at everything', admin: 'Admin: also changes rows', super_admin: 'Super admin: does everything' };

/** "Firefox on Linux", of what a browser says of itself. */
export function browserOf(agent) {
  if (!agent) return 'An unknown program';
  const browser = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']].find(([mark]) => agent.includes(mark));
  const system = [['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['Linux', 'Linux']].find(([mark]) => agent.includes(mark));
  if (!browser) return agent.split(' ')[0].slice(0, 40);
  return browser[1] + (system ? ` on ${system[1]}` : '');
}

function Password() {
  const [values, setValues] = useState({ current: '', fresh: '', again: '' });
  const [error, setError] = useState(null);
  const [wrong, setWrong] = useState({});
  const [busy, setBusy] = useState(false);
  const set = (name) => (value) => setValues((was) => ({ ...was, [name]: value }));
  const submit = async (event) => {
    event.preventDefault();
    const found = {};
    if (!values.current) found.current = 'Your password of now is needed.';
    if (values.fresh.length < 12) found.fresh = 'At least 12 characters.';
    else if (values.fresh !== values.again) found.again = 'This is not the same.';
    setWrong(found);
    setError(null);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      const value = await send('POST', 'password', { current: values.current, new: values.fresh });
      store.set({ value: { ...store.get().value, ...value } });
      setValues({ current: '', fresh: '', again: '' });
      toast('Your password is changed; all other sessions have ended.');
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return html`<${Card} title="Password"><form onSubmit=${submit} novalidate>
    <${Field} label="Password of now" type="password" autocomplete="current-password" value=${values.current} onInput=${set('current')} error=${wrong.current} />
    <${Field} label="New password" type="password" autocomplete="new-password" hint="At least 12 characters; a few words are a good one." value=${values.fresh} onInput=${set('fresh')} error=${wrong.fresh} />
    <${Field} label="New password, once more" type="password" autocomplete="new-password" value=${values.again} onInput=${set('again')} error=${wrong.again} />
    <${Problem} error=${error} />
    <${Button} type="submit" kind="primary" busy=${busy}>Change the password</${Button}></form></${Card}>`;
}

export default function Account({ session }) {
  const { account, mode } = session;
  const sessions = useData(async () => (await get('sessions')).sessions);
  const [asks, setAsks] = useState(false);
  const columns = [
    { key: 'agent', title: 'Browser', render: (one) => html`${browserOf(one.agent)} ${one.this && html`<${Badge} tone="accent">this one</${Badge}>`}` },
    { key: 'address', title: 'From', render: (one) => html`<span class="mono">${one.address}</span>` },
    { key: 'seen_at', title: 'Last used', render: (one) => html`<${Time} value=${one.seen_at} />` },
    { key: 'created_at', title: 'Since', render: (one) => html`<${Time} value=${one.created_at} />` },
    { key: 'expires_at', title: 'Ends', render: (one) => html`<${Time} value=${one.expires_at} />` },
  ];
  const actions = html`<${Button} kind="danger" onClick=${() => setAsks(true)}>Sign out everywhere</${Button}>`;
  return html`<${Page} title="Account" actions=${html`<${Button} onClick=${() => signOut()}>Sign out</${Button}>`}>
    <div class="grid">
      <${Card} title=${account.name || account.email}>
        <${Facts} items=${[
          ['Email', account.email],
          ['May do', ROLES[account.role] ?? account.role],
          ['Roles', account.roles?.join(', ')],
          ['Signed in with', account.method === 'workos' ? 'WorkOS' : 'a password'],
          ['Session ends', html`<${Time} value=${account.expires_at} full />`],
        ]} /></${Card}>
      ${mode === 'local' && html`<${Password} />`}
    </div>
    <${Card} title="Where I am signed in" actions=${actions} flush>
      <${Loaded} of=${sessions}>${(rows) => html`<${Table} caption="Where I am signed in" columns=${columns} rows=${rows} keyOf=${(one) => one.created_at + one.address} />`}</${Loaded}></${Card}>
    ${asks && html`<${Confirm} title="Sign out everywhere?" action="Sign out everywhere" danger onClose=${() => setAsks(false)} onConfirm=${() => signOut(true)}>
      <p>All your sessions end, this one too, on every device.</p></${Confirm}>`}
  </${Page}>`;
}
