// Errors: what failed, how often, since when, and what ended it.
import { html, useState } from '../../lib/preact.js';
import { get } from '../../lib/api.js';
import { useLive } from '../../lib/live.js';
import { setQuery } from '../../lib/router.js';
import { useData } from '../../lib/use.js';
import { Badge, Button, Card, Code, Copy, Dialog, Empty, Facts, Loaded, Page, Table, Time, duration } from '../../lib/ui.js';
import { Bars, Spark } from '../../lib/plot.js';
import { spanLabels } from '../../lib/spans.js';

export const title = 'Errors';

const PASTS = [['1h', 'The last hour'], ['24h', 'The last day'], ['7d', 'The last week'], ['30d', 'The last month'], ['365d', 'The last year']];

async function load(past) {
  const [report, series] = await Promise.all([get('errors', { past }), get('errors/series', { past, points: 48 })]);
  return { report, series };
}

function percent(value) {
  return value === null || value === undefined ? '–' : `${(100 * value).toFixed(value > 0 && value < 1 ? 1 : 0)} %`;
}

function Rates({ report, series }) {
  const labels = spanLabels(series);
  const bars = labels.map((label, index) => ({ label, parts: [{ value: series.runs.done[index], tone: 'good' }, { value: series.runs.interrupted[index], tone: 'warn' }, { value: series.runs.failed[index], tone: 'bad' }] }));
  const { rates } = report;
  return html`<${Card} title="Runs"><${Facts} items=${[['Succeeded', html`${percent(rates.success_rate)} <span class="soft">of ${rates.done + rates.failed + rates.interrupted}</span>`], ['Failed', rates.failed], ['Interrupted', rates.interrupted || null]]} />
    <${Bars} bars=${bars} label="Runs that succeeded, were interrupted and failed" /></${Card}>`;
}

function ByCode({ series, code, onCode }) {
  const columns = [
    { key: 'code', title: 'Code', class: 'nowrap', render: (row) => html`<button type="button" class="as-link" aria-pressed=${row.code === code ? 'true' : 'false'} onClick=${() => onCode(row.code === code ? '' : row.code)}>${row.code}</button>` },
    { key: 'summary', title: 'What it is', wide: true, render: (row) => row.summary ?? html`<span class="none">–</span>` },
    { key: 'series', title: 'When', render: (row) => html`<${Spark} values=${row.series} label=${`${row.code} over time`} />` },
    { key: 'count', title: 'Times', align: 'end' },
    { key: 'open', title: 'Unresolved', align: 'end', render: (row) => (row.open > 0 ? html`<${Badge} tone="bad">${row.open}</${Badge}>` : html`<span class="soft">none</span>`) },
  ];
  return html`<${Card} title="By code" flush><${Table} caption="Errors by code" columns=${columns} rows=${[...series.codes].sort((a, b) => b.open - a.open || b.count - a.count)} keyOf=${(row) => row.code} /></${Card}>`;
}

function Resolution({ of }) {
  if (!of.resolution) return html`<${Badge} tone="bad">not resolved</${Badge}>`;
  return html`<${Badge} tone="good">resolved</${Badge}> <span class="soft nowrap">after ${duration(of.resolution.after)}</span>`;
}

/** `restricted`: whoever looks sees no details. */
function Pattern({ pattern, series, restricted, onClose }) {
  const labels = spanLabels(series);
  const values = series.patterns[pattern.fingerprint] ?? [];
  const bars = labels.map((label, index) => ({ label, value: values[index] ?? 0, tone: pattern.severity === 'error' ? 'bad' : 'warn' }));
  const { resolution } = pattern;
  const explain = `bedstone explain ${pattern.code}`;
  return html`<${Dialog} title=${pattern.code} wide onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>Close</${Button}>`}>
    <p><strong>${pattern.message}</strong></p>
    ${restricted && html`<p class="note">What exactly was said, of which statement and on which machine, is for admins.</p>`}
    ${pattern.cause && html`<p>${pattern.cause}</p>`}
    ${pattern.hint && html`<p class="advice"><${Code} text=${pattern.hint} /></p>`}
    <${Facts} items=${[['Seen', html`${pattern.count} ${pattern.count === 1 ? 'time' : 'times'}, first <${Time} value=${pattern.first_seen} />, last <${Time} value=${pattern.last_seen} />`],
      ['Where', pattern.file && html`<code>${pattern.file}${pattern.line ? `:${pattern.line}` : ''}</code>`], ['On', pattern.hosts.join(', ')], ['Pattern', html`<code>${pattern.fingerprint}</code>`],
      ['More', html`<span class="row"><code>${explain}</code><${Copy} text=${explain} /></span>`]]} />
    ${pattern.statement && html`<pre tabindex="0" aria-label="Statement"><code>${pattern.statement}</code></pre>`}
    <h3 class="dialog-part">When</h3><${Bars} bars=${bars} label=${`${pattern.code} over time`} />
    <h3 class="dialog-part">How it was resolved</h3>
    ${resolution
      ? html`<p>The run <a href=${`/runs/${resolution.run_id}`}>${resolution.run_id}</a> (${resolution.command}) succeeded <${Time} value=${resolution.at} />, ${duration(resolution.after)} after the first time.</p>
        ${resolution.steps.length > 0 && html`<ul>${resolution.steps.map((step) => html`<li key=${step}>${step}</li>`)}</ul>`}`
      : html`<p>No run has succeeded since.</p>`}
    <h3 class="dialog-part">Runs with it</h3>
    <ul class="inline-list">${pattern.runs.slice(-20).reverse().map((run) => html`<li key=${run}><a href=${`/runs/${run}`}>${run}</a></li>`)}</ul></${Dialog}>`;
}

const STATES = [['', 'All'], ['open', 'Not resolved'], ['resolved', 'Resolved']];

function Patterns({ found, query }) {
  const { report, series } = found;
  const [sort, setSort] = useState({ key: 'last_seen', descending: true });
  const code = query.get('code') ?? '';
  const state = query.get('show') ?? '';
  const search = (query.get('q') ?? '').toLowerCase();
  const opened = report.patterns.find((one) => one.fingerprint === query.get('pattern'));
  const fits = (one) => (!code || one.code === code) && (!state || (state === 'open') === !one.resolution) && `${one.code} ${one.message} ${one.file ?? ''}`.toLowerCase().includes(search);
  const rows = report.patterns.filter(fits).sort((a, b) => (a[sort.key] < b[sort.key] ? -1 : a[sort.key] > b[sort.key] ? 1 : 0) * (sort.descending ? -1 : 1));
  const columns = [
    { key: 'code', title: 'Error', wide: true, sort: true, render: (row) => html`<div class="row"><button type="button" class="as-link" onClick=${() => setQuery({ pattern: row.fingerprint })} aria-label=${`${row.code}: ${row.message}`}>${row.code}</button>${row.severity === 'warning' && html`<${Badge} tone="warn">warning</${Badge}>`}</div><p class="pattern-text">${row.message}</p>` },
    { key: 'when', title: 'When', render: (row) => html`<${Spark} values=${series.patterns[row.fingerprint] ?? []} label=${`${row.code} over time`} />` },
    { key: 'count', title: 'Times', align: 'end', sort: true },
    { key: 'first_seen', title: 'First', sort: true, class: 'nowrap', render: (row) => html`<${Time} value=${row.first_seen} />` },
    { key: 'last_seen', title: 'Last', sort: true, class: 'nowrap', render: (row) => html`<${Time} value=${row.last_seen} />` },
    { key: 'resolution', title: 'Outcome', render: (row) => html`<${Resolution} of=${row} />` },
  ];
  const again = (key) => setSort((was) => ({ key, descending: was.key === key ? !was.descending : key !== 'code' }));
  return html`<${Card} title="Patterns" flush actions=${html`<div class="picks"><input type="search" aria-label="Search errors" placeholder="Search" value=${query.get('q') ?? ''} onInput=${(event) => setQuery({ q: event.target.value })} />
      <select aria-label="Which errors" value=${state} onChange=${(event) => setQuery({ show: event.target.value })}>${STATES.map(([value, label]) => html`<option key=${value} value=${value} selected=${value === state}>${label}</option>`)}</select>
      ${code && html`<${Button} kind="quiet" onClick=${() => setQuery({ code: '' })}>${code} ✕<span class="aside"> show all codes</span></${Button}>`}</div>`}>
    <${Table} caption="Error patterns" columns=${columns} rows=${rows} keyOf=${(row) => row.fingerprint} sort=${sort} onSort=${again} onRow=${(row) => setQuery({ pattern: row.fingerprint })}
      empty=${html`<${Empty} title="No error is like that." />`} /></${Card}>
    ${opened && html`<${Pattern} pattern=${opened} series=${series} restricted=${series.restricted} onClose=${() => setQuery({ pattern: null })} />`}`;
}

export default function Errors({ query }) {
  const past = query.get('past') ?? '7d';
  const data = useData(() => load(past), [past]);
  useLive(['up', 'open'], data.reload);
  return html`<${Page} title="Errors" text="Errors of runs that are alike, how often each was seen, and what ended it."
      actions=${html`<select aria-label="How far back" value=${past} onChange=${(event) => setQuery({ past: event.target.value })}>${PASTS.map(([value, label]) => html`<option key=${value} value=${value} selected=${value === past}>${label}</option>`)}</select>`}>
    <${Loaded} of=${data} lines=${6}>${(found) => (found.report.patterns.length === 0
      ? html`<${Rates} ...${found} /><${Card}><${Empty} title="Nothing failed.">In this time no run recorded an error or a warning.</${Empty}></${Card}>`
      : html`<${Rates} ...${found} /><${ByCode} series=${found.series} code=${query.get('code') ?? ''} onCode=${(code) => setQuery({ code })} />
        <${Patterns} found=${found} query=${query} />`)}</${Loaded}>
  </${Page}>`;
}
