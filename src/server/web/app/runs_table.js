// Runs in lines, as the overview and the page of runs show them.
import { html } from '../lib/preact.js';
import { toneOf } from '../lib/status.js';
import { Badge, Duration, Time } from '../lib/ui.js';

/** A code of an error, with the way to what it means. */
export function ErrorCode({ code }) {
  return code ? html`<a class="mono nowrap" href=${`/errors?code=${code}`}>${code}</a>` : null;
}

/** `more`: with who and where. */
export function runColumns(more = false) {
  const columns = [
    { key: 'started_at', title: 'Started', render: (run) => html`<a href=${`/runs/${run.run_id}`}><${Time} value=${run.started_at} /></a>` },
    { key: 'command', title: 'Command', render: (run) => html`<span class="mono">${run.command}</span>` },
    { key: 'outcome', title: 'Result', render: (run) => html`<${Badge} tone=${toneOf(run.outcome)}>${run.outcome}</${Badge}> <${ErrorCode} code=${run.error_code} />` },
    { key: 'state', title: 'State', class: 'nowrap', render: (run) => states(run) },
    { key: 'duration', title: 'Took', align: 'end', render: (run) => html`<${Duration} value=${run.duration} />` },
  ];
  if (more) columns.push({ key: 'user', title: 'By', render: (run) => html`${run.user ?? ''} <span class="soft">${run.host ?? ''}</span>` });
  return columns;
}

export function states(run) {
  const word = (state) => state?.replace('_', ' ') ?? '–';
  return run.state_before === run.state_after || !run.state_after ? word(run.state_before) : `${word(run.state_before)} → ${word(run.state_after)}`;
}
