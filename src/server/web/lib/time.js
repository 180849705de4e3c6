// Moments as text, in English. Intl would do, but each of its formats takes the browser milliseconds to make, at every start.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number) => String(number).padStart(2, '0');

/** "22 Nov 2026, 08:53", where the browser is. `value`: a Date, milliseconds or ISO text; `seconds`: to the second. */
export function moment(value, { seconds = false } = {}) {
  const date = new Date(value);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}${seconds ? `:${two(date.getSeconds())}` : ''}`;
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}, ${time}`;
}

const STEPS = [[60, 'second'], [60, 'minute'], [24, 'hour'], [7, 'day'], [4.35, 'week'], [12, 'month'], [Infinity, 'year']];
const NEAR = { day: ['yesterday', 'tomorrow'], week: ['last week', 'next week'], month: ['last month', 'next month'], year: ['last year', 'next year'] };

/** "3 minutes ago", "in 2 hours", "yesterday"; `value` as for `moment`. */
export function ago(value, now = Date.now()) {
  const seconds = (new Date(value).getTime() - now) / 1000;
  let amount = Math.abs(seconds);
  if (amount < 5) return 'just now';
  for (const [size, unit] of STEPS) {
    if (amount < size) return told(Math.round(amount), unit, seconds < 0);
    amount /= size;
  }
  return '';
}

function told(count, unit, past) {
  if (count === 1 && NEAR[unit]) return NEAR[unit][past ? 0 : 1];
  const text = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return past ? `${text} ago` : `in ${text}`;
}
