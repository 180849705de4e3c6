// Configuration: every setting of the application, changed as a plan, with its history.
import { html, useEffect, useRef, useState } from '../../lib/preact.js';
import { can, get, send } from '../../lib/api.js';
import { useLive } from '../../lib/live.js';
import { addGuard, setQuery } from '../../lib/router.js';
import { useData, useSettled } from '../../lib/use.js';
import { Badge, Button, Card, Code, Empty, Loaded, Page, Tabs, confirm, toast } from '../../lib/ui.js';
import { bodyOf, byName, conflictsOf, grouped, isComplete, joined } from '../settings/draft.js';
import { Conflicts, Explain, Review } from '../settings/dialogs.js';
import { Exchange } from '../settings/exchange.js';
import { History } from '../settings/history.js';
import { Setting } from '../settings/setting.js';

export const title = 'Settings';

const CHECK_MS = 500;
const FILTERS = [['', 'All'], ['saved', 'Saved ones'], ['secret', 'Secrets'], ['problem', 'With problems'], ['edited', 'Changed here']];

async function load() {
  const [form, config] = await Promise.all([get('config/form'), get('config')]);
  return { form, config, settings: joined(form, config) };
}

/** The errors of what is being typed, as the server finds them. */
function useCheck(draft, settings, revision) {
  const [errors, setErrors] = useState({});
  const settled = useSettled(draft, CHECK_MS);
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    const body = bodyOf(Object.fromEntries(Object.entries(settled).filter(([, edit]) => isComplete(edit))), settings);
    if (Object.keys(body.set).length + body.unset.length + body.generate.length === 0) return setErrors({});
    send('PUT', 'config', { ...body, revision, dry_run: true }).then(
      () => mine === turn.current && setErrors({}),
      (error) => mine === turn.current && error.status === 422 && setErrors(byName(error)),
    );
  }, [settled, revision]);
  return [errors, setErrors];
}

/** Asks before typed changes are lost. */
function useKept(dirty) {
  useEffect(() => {
    if (!dirty) return undefined;
    return addGuard(() => confirm({ title: 'Leave without saving?', text: 'Your changes of settings are not saved.', action: 'Leave', danger: true }));
  }, [dirty]);
}

function matches(setting, search, filter, draft) {
  const text = [setting.name, setting.description, setting.group, setting.variable, setting.secret ? '' : setting.value].join(' ').toLowerCase();
  if (!search.toLowerCase().split(/\s+/).every((word) => text.includes(word))) return false;
  switch (filter) {
    case 'saved':
      return setting.stored;
    case 'secret':
      return setting.secret;
    case 'problem':
      return setting.problems?.length > 0 || setting.locked || (setting.required && setting.counts && setting.source === 'none');
    case 'edited':
      return setting.name in draft;
    default:
      return true;
  }
}

function Notes({ form, config, settings }) {
  const locked = settings.filter((one) => one.locked);
  const open = settings.filter((one) => one.in_clear);
  return html`
    ${!config.configured && html`<p class="note warn"><strong>The application is not configured:</strong> ${config.problems.length > 0 ? 'some settings have to be mended first.' : 'its setup is not done.'}</p>`}
    ${locked.length > 0 && html`<p class="note warn"><strong>${locked.length === 1 ? 'A secret does' : `${locked.length} secrets do`} not open here</strong>: ${locked.map((one) => one.name).join(', ')}.
      ${form.key && html` The key comes from ${form.key}.`} ${locked[0].problems?.[0]?.hint && html`<${Code} text=${locked[0].problems[0].hint} />`} They can be replaced all the same.</p>`}
    ${open.length > 0 && html`<p class="note warn"><strong>Not encrypted</strong>: ${open.map((one) => one.name).join(', ')}. Somebody wrote ${open.length === 1 ? 'it' : 'them'} past Bedstone; replacing mends it.</p>`}
    ${form.restart_needed.length > 0 && html`<p class="note warn"><strong>Saved, and not in use yet</strong>: ${form.restart_needed.join(', ')}. The application has to be started again.</p>`}`;
}

function Forms({ data, query, may, onChanged }) {
  const { form, config, settings } = data;
  const [draft, setDraft] = useState({});
  const [base, setBase] = useState(config.revision);
  const [seen, setSeen] = useState({});
  const [review, setReview] = useState(null);
  const names = Object.keys(draft);
  const [errors, setErrors] = useCheck(draft, settings, config.revision);
  const later = useData(() => (names.length > 0 && config.revision > base ? get('config/history', { limit: 200 }) : Promise.resolve({ entries: [] })), [config.revision, base, names.length > 0]);
  // What was looked at: others' changes after it are not, and the server refuses to save over them.
  const looked = Math.max(base, later.data?.revision ?? 0);
  const conflicts = conflictsOf(draft, later.data?.entries ?? [], base, seen);
  useKept(names.length > 0);

  const search = query.get('q') ?? '';
  const filter = query.get('show') ?? '';
  const explained = query.get('explain');
  const edit = (name) => (change) => {
    if (names.length === 0) setBase(config.revision);
    setDraft((was) => {
      const next = { ...was };
      if (change) next[name] = change;
      else delete next[name];
      return next;
    });
    setErrors((was) => ({ ...was, [name]: undefined }));
  };
  const discard = () => {
    setDraft({});
    setErrors({});
    setSeen({});
  };
  const saved = (result) => {
    setReview(null);
    discard();
    toast(result.settings.some((one) => one.effect !== 'unchanged') ? `Saved, as revision ${result.revision}.` : 'Nothing had changed.');
    onChanged();
  };
  const refused = (error) => {
    if (error.status === 409) {
      setReview(null);
      toast('Somebody else was faster: look at what they changed.', { tone: 'bad' });
      return onChanged();
    }
    if (error.status === 422) setErrors(byName(error));
  };
  const shown = settings.filter((one) => matches(one, search, filter, draft));
  const wrong = names.filter((name) => errors[name]?.length > 0).length;
  const ready = conflicts.length === 0 && names.every((name) => isComplete(draft[name]));
  return html`<${Notes} form=${form} config=${config} settings=${settings} />
    <${Conflicts} conflicts=${conflicts} onTheirs=${(name) => edit(name)(null)} onMine=${(entry) => setSeen({ ...seen, [entry.name]: entry.revision })} />
    <div class="picks"><input type="search" aria-label="Search settings" placeholder="Search" value=${search} onInput=${(event) => setQuery({ q: event.target.value })} />
      <select aria-label="Which settings" value=${filter} onChange=${(event) => setQuery({ show: event.target.value })}>${FILTERS.map(([value, label]) => html`<option key=${value} value=${value} selected=${value === filter}>${label}</option>`)}</select>
      <span class="soft small">${shown.length} of ${settings.length}</span></div>
    ${shown.length === 0 && html`<${Card}><${Empty} title="No setting is like that." action=${html`<${Button} onClick=${() => setQuery({ q: '', show: '' })}>Show all</${Button}>`} /></${Card}>`}
    ${grouped(shown).map(([group, list]) => html`<${Card} key=${group} title=${group} class="settings-card">${list.map((setting) => html`<${Setting} key=${setting.name} setting=${setting} edit=${draft[setting.name] ?? null}
      errors=${errors[setting.name]} may=${may} onEdit=${edit(setting.name)} onExplain=${() => setQuery({ explain: setting.name })} />`)}</${Card}>`)}
    ${names.length > 0 && html`<div class="change-bar" role="region" aria-label="Unsaved changes"><span>${names.length === 1 ? '1 change' : `${names.length} changes`}${wrong > 0 && html` · <span class="bad-text">${wrong} refused</span>`}</span>
      <div class="actions"><${Button} kind="quiet" onClick=${discard}>Discard</${Button}><${Button} kind="primary" disabled=${!ready} onClick=${() => setReview({ ...bodyOf(draft, settings), revision: looked })}>Review</${Button}></div></div>`}
    ${review && html`<${Review} title="Save these changes" body=${review} onClose=${() => setReview(null)} onDone=${saved} onRefused=${refused} />`}
    ${explained && html`<${Explain} name=${explained} onClose=${() => setQuery({ explain: null })} />`}`;
}

export default function Settings({ query }) {
  const data = useData(load);
  useLive(['config', 'open'], data.reload);
  const may = can('super_admin');
  const view = query.get('view') ?? 'values';
  const tabs = [{ id: 'values', label: 'Settings' }, { id: 'history', label: 'History' }, ...(may ? [{ id: 'transfer', label: 'Export and import' }] : [])];
  return html`<${Page} title="Settings" text=${may ? 'What is changed here counts at once, unless it says otherwise.' : 'Only super admins change settings.'}
      actions=${data.data && html`<${Badge}>revision ${data.data.config.revision}</${Badge}><${Badge} tone=${data.data.config.configured ? 'good' : 'warn'}>${data.data.config.configured ? 'configured' : 'not configured'}</${Badge}>`}>
    <${Tabs} tabs=${tabs} current=${view} onChange=${(id) => setQuery({ view: id === 'values' ? '' : id })} label="Parts of the configuration" />
    <${Loaded} of=${data} lines=${6}>${(found) => html`
      <div hidden=${view !== 'values'} class="stack"><${Forms} data=${found} query=${query} may=${may} onChanged=${data.reload} /></div>
      ${view === 'history' && html`<${History} revision=${found.config.revision} names=${found.settings.map((one) => one.name)} onChanged=${data.reload} />`}
      ${view === 'transfer' && may && html`<${Exchange} project=${found.form.project} revision=${found.config.revision} onChanged=${data.reload} />`}`}</${Loaded}>
  </${Page}>`;
}
