// Series of equal spans of time, as the server gives them: {since, width, spans}.
import { html, useId } from './preact.js';
import { moment } from './time.js';

/** When each span begins, for people. */
export function spanLabels({ since, width, spans }) {
  const start = Date.parse(since);
  return Array.from({ length: spans }, (_, index) => moment(start + index * width * 1000));
}

/** A row of cells, one for each span. `cells`: [{label, tone, text}]; a cell without a tone holds nothing. */
export function Strip({ cells, label, large = false }) {
  const id = useId();
  const counts = { bad: 0, warn: 0, good: 0, '': 0 };
  for (const cell of cells) counts[cell.tone]++;
  const text = `${label}: of ${cells.length} spans of time ${counts.bad} with failures, ${counts.warn} with warnings, ${counts.good} good, ${counts['']} without checks`;
  const width = 600 / cells.length;
  return html`<svg class=${large ? 'strip large' : 'strip'} viewBox="0 0 600 20" preserveAspectRatio="none" role="img" aria-labelledby=${id}><title id=${id}>${text}</title>
    ${cells.map((cell, index) => html`<rect key=${index} class=${cell.tone || 'nothing'} x=${index * width + 0.5} y=${cell.tone === 'bad' ? 0 : cell.tone === 'warn' ? 4 : 8} width=${Math.max(0.5, width - 1)} height=${cell.tone === 'bad' ? 20 : cell.tone === 'warn' ? 16 : 12}>
      <title>${cell.label}: ${cell.text}</title></rect>`)}</svg>`;
}
