// Small plots as SVG, with their numbers as text for those who do not see them.
import { html, useId, useLayoutEffect, useRef, useState } from './preact.js';
import { moment } from './time.js';

let format = null;
/** "1.2K"; made when the first plot is drawn, as that takes the browser a while. */
function number(value) {
  format ??= new Intl.NumberFormat('en', { maximumFractionDigits: 2, notation: 'compact' });
  return format.format(value);
}

/** How wide an element is, in pixels, so that the texts in a plot are as large as others. */
function useWidth(otherwise = 600) {
  const ref = useRef(null);
  const [width, setWidth] = useState(otherwise);
  useLayoutEffect(() => {
    if (!ref.current) return undefined;
    const measure = () => setWidth(Math.max(200, Math.round(ref.current?.getBoundingClientRect().width ?? otherwise)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [ref.current === null]);
  return [ref, width];
}

/** The bounds of the values; never a flat range. */
function bounds(values, from) {
  const low = from ?? Math.min(...values);
  const high = Math.max(...values);
  return high > low ? [low, high] : [low, low + 1];
}

/**
 * A line over time. `points`: [{x: ISO text, Date or number, y, tone?}]; `label` says what it is; `unit` follows numbers;
 * `from`: where the scale begins (0; null: at the lowest value). Points with a tone are marked.
 */
export function Line({ points, label, unit = '', height = 120, from = 0 }) {
  const id = useId();
  const [ref, width] = useWidth();
  const usable = points.map((point) => ({ ...point, x: Number(new Date(point.x)) })).filter((point) => Number.isFinite(point.y));
  if (usable.length === 0) return html`<p class="none">No numbers yet.</p>`;
  const pad = { left: 44, right: 8, top: 8, bottom: 18 };
  const [left, right] = bounds(usable.map((point) => point.x));
  const [low, high] = bounds(usable.map((point) => point.y), from ?? undefined);
  const x = (value) => pad.left + ((value - left) / (right - left)) * (width - pad.left - pad.right);
  const y = (value) => height - pad.bottom - ((value - low) / (high - low)) * (height - pad.top - pad.bottom);
  const path = usable.map((point, index) => `${index ? 'L' : 'M'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join('');
  const last = usable[usable.length - 1];
  const text = `${label}: ${usable.length} values, from ${number(low)} to ${number(high)}${unit}; the last is ${number(last.y)}${unit}`;
  return html`<svg class="plot" ref=${ref} viewBox=${`0 0 ${width} ${height}`} role="img" aria-labelledby=${id}>
    <title id=${id}>${text}</title>
    ${[low, (low + high) / 2, high].map((value) => html`<g key=${value}>
      <line class="rule" x1=${pad.left} x2=${width - pad.right} y1=${y(value)} y2=${y(value)} />
      <text class="tick" x=${pad.left - 6} y=${y(value) + 4} text-anchor="end">${number(value)}${unit}</text></g>`)}
    <path class="area" d=${`${path}L${x(last.x).toFixed(1)} ${y(low)}L${x(usable[0].x).toFixed(1)} ${y(low)}Z`} />
    <path class="line" d=${path} />
    ${usable.filter((point, index) => point.tone || usable.length === 1 || index === usable.length - 1).map((point, index) => html`<circle key=${index} class=${`dot ${point.tone ?? ''}`} cx=${x(point.x)} cy=${y(point.y)} r="3">
      <title>${moment(point.x)}: ${number(point.y)}${unit}</title></circle>`)}
    <text class="tick" x=${pad.left} y=${height - 3}>${moment(left)}</text>
    <text class="tick" x=${width - pad.right} y=${height - 3} text-anchor="end">${moment(right)}</text>
  </svg>`;
}

/** A line without axes, as high as text. `values`: numbers, oldest first. */
export function Spark({ values, label }) {
  const id = useId();
  const usable = values.filter(Number.isFinite);
  if (usable.length < 2) return null;
  const [low, high] = bounds(usable);
  const points = usable.map((value, index) => `${((index / (usable.length - 1)) * 98 + 1).toFixed(1)},${(22 - ((value - low) / (high - low)) * 20).toFixed(1)}`);
  return html`<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-labelledby=${id}>
    <title id=${id}>${label}: from ${number(usable[0])} to ${number(usable[usable.length - 1])}</title>
    <polyline points=${points.join(' ')} /></svg>`;
}

/** Columns over time. `bars`: [{label, value, tone?, parts?: [{value, tone}]}]; `label` says what they are. */
export function Bars({ bars, label, height = 120 }) {
  const id = useId();
  const [ref, width] = useWidth();
  if (bars.length === 0) return html`<p class="none">No numbers yet.</p>`;
  const total = (bar) => (bar.parts ? bar.parts.reduce((sum, part) => sum + part.value, 0) : bar.value);
  const high = Math.max(1, ...bars.map(total));
  const step = (width - 40) / bars.length;
  const foot = height - 18;
  const column = (bar, index) => {
    let top = foot;
    const parts = bar.parts ?? [{ value: bar.value, tone: bar.tone }];
    return html`<g key=${index}><title>${bar.label}: ${number(total(bar))}</title>
      <rect class="ghost" x=${36 + index * step} y="8" width=${step} height=${foot - 8} />
      ${parts.map((part, at) => {
        const size = (part.value / high) * (foot - 8);
        top -= size;
        return html`<rect key=${at} class=${`column ${part.tone ?? ''}`} x=${36 + index * step + step * 0.12} y=${top} width=${step * 0.76} height=${size} rx="1" />`;
      })}</g>`;
  };
  return html`<svg class="plot" ref=${ref} viewBox=${`0 0 ${width} ${height}`} role="img" aria-labelledby=${id}>
    <title id=${id}>${label}: ${bars.map((bar) => `${bar.label} ${total(bar)}`).join(', ')}</title>
    <line class="rule" x1="36" x2=${width - 4} y1=${foot} y2=${foot} /><line class="rule" x1="36" x2=${width - 4} y1="8" y2="8" />
    <text class="tick" x="30" y="12" text-anchor="end">${number(high)}</text><text class="tick" x="30" y=${foot + 4} text-anchor="end">0</text>
    ${bars.map(column)}
    <text class="tick" x="36" y=${height - 3}>${bars[0].label}</text>
    ${bars.length > 1 && html`<text class="tick" x=${width - 4} y=${height - 3} text-anchor="end">${bars[bars.length - 1].label}</text>`}
  </svg>`;
}

/** What happened when: `rows`: [{label, start, length, tone?, text?}] in seconds from the beginning. */
export function Timeline({ rows, label }) {
  const end = Math.max(0.000001, ...rows.map((row) => row.start + row.length));
  return html`<ol class="timeline" aria-label=${label}>${rows.map((row, index) => html`<li key=${index}>
    <span class="timeline-label">${row.label}</span>
    <span class="timeline-track" aria-hidden="true"><span class=${`timeline-bar ${row.tone ?? ''}`} style=${{ left: `${(row.start / end) * 100}%`, width: `${Math.max(0.6, (row.length / end) * 100)}%` }}></span></span>
    <span class="timeline-text number">${row.text}</span></li>`)}</ol>`;
}
