// Settings as a file: out of this database, and into it.
import { html, useState } from '../../lib/preact.js';
import { ApiError, send } from '../../lib/api.js';
import { Button, Card, Field, Problem, toast } from '../../lib/ui.js';
import { Review } from './dialogs.js';

const LEAST = 12;

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function Export({ project }) {
  const [secrets, setSecrets] = useState(false);
  const [words, setWords] = useState({ first: '', again: '' });
  const [wrong, setWrong] = useState({});
  const [error, setError] = useState(null);
  const [left, setLeft] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const found = {};
    if (secrets && words.first.length < LEAST) found.first = `At least ${LEAST} characters.`;
    else if (secrets && words.first !== words.again) found.again = 'This is not the same.';
    setWrong(found);
    setError(null);
    setLeft(null);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      const result = await send('POST', 'config/export', secrets ? { passphrase: words.first } : {});
      download(`${project}-settings-${result.revision}.json`, `${JSON.stringify(result.document, null, 2)}\n`);
      setLeft(result.left_out);
      setWords({ first: '', again: '' });
      toast(`${result.values} values${result.secrets > 0 ? ` and ${result.secrets} secrets` : ''} are in the file.`);
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return html`<${Card} title="Export"><form onSubmit=${submit} novalidate>
    <p class="soft">The stored values as a file: a backup, or the way to another environment. Defaults and pinned values are not in it.</p>
    <${Field} type="checkbox" label="With secrets, encrypted with a passphrase" value=${secrets} onInput=${setSecrets} />
    ${secrets && html`<div class="fields"><${Field} label="Passphrase" type="password" autocomplete="new-password" value=${words.first} onInput=${(first) => setWords({ ...words, first })} error=${wrong.first} />
      <${Field} label="Passphrase, once more" type="password" autocomplete="new-password" value=${words.again} onInput=${(again) => setWords({ ...words, again })} error=${wrong.again} /></div>`}
    <${Problem} error=${error} />
    ${left?.length > 0 && html`<p class="note">Not in the file: ${left.join(', ')}, which are secrets.</p>`}
    <${Button} type="submit" busy=${busy}>Download</${Button}></form></${Card}>`;
}

function Import({ revision, onChanged }) {
  const [text, setText] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [prune, setPrune] = useState(false);
  const [error, setError] = useState(null);
  const [body, setBody] = useState(null);
  const read = async (event) => {
    const file = event.target.files[0];
    if (file) setText(await file.text());
  };
  const preview = (event) => {
    event.preventDefault();
    setError(null);
    try {
      const document = JSON.parse(text);
      setBody({ document, revision, prune, ...(passphrase ? { passphrase } : {}) });
    } catch (problem) {
      setError(new ApiError(0, { message: 'This is no JSON', cause: problem.message, hint: 'What an export gave is wanted.' }, []));
    }
  };
  const done = (result) => {
    setBody(null);
    setText('');
    setPassphrase('');
    toast(`Imported, as revision ${result.revision}.`);
    onChanged();
  };
  return html`<${Card} title="Import"><form onSubmit=${preview} novalidate>
    <p class="soft">What the file would change is shown before anything is. Pinned settings are left alone.</p>
    <${Field} label="File">${(attributes) => html`<input type="file" accept=".json,application/json" onChange=${read} ...${attributes} />`}</${Field}>
    <${Field} label="Or its text" type="textarea" class="mono-field" value=${text} onInput=${setText} spellcheck=${false} />
    <${Field} label="Passphrase" hint="Where the file holds secrets." type="password" autocomplete="off" value=${passphrase} onInput=${setPassphrase} />
    <${Field} type="checkbox" label="Remove stored values that the file lacks" value=${prune} onInput=${setPrune} />
    <${Problem} error=${error} />
    <${Button} type="submit" disabled=${text.trim() === ''}>Preview</${Button}></form>
    ${body && html`<${Review} title="Import these settings" method="POST" path="config/import" body=${body} action="Import" danger=${prune} onClose=${() => setBody(null)} onDone=${done} />`}</${Card}>`;
}

export function Exchange({ project, revision, onChanged }) {
  return html`<div class="grid"><${Export} project=${project} /><${Import} revision=${revision} onChanged=${onChanged} /></div>`;
}
