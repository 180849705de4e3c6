// Calls of the setup, with its token, which stays in this window's memory alone.
import { get, send } from '../../lib/api.js';

let token = '';
const headers = () => ({ 'Bedstone-Setup-Token': token });

export const hasToken = () => token !== '';
export const setToken = (text) => (token = text.trim());

/** {open, project, by}; `by`: who set it up, for who has the token. */
export const readState = () => get('setup', {}, hasToken() ? headers() : {});
export const readInfo = () => get('setup/form', {}, headers());
export const post = (body) => send('POST', 'setup', body, headers());

/**
 * The setup's progress: `onEvent(type, data)` for each event. The browser's own EventSource cannot send a token. Gives a
 * function that ends it.
 */
export function watch(onEvent) {
  const control = new AbortController();
  const read = async () => {
    const response = await fetch('/api/v1/setup/events', { headers: headers(), signal: control.signal });
    if (!response.ok) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const events = text.split('\n\n');
      text = events.pop();
      for (const event of events) {
        const type = /^event: (.*)$/m.exec(event)?.[1];
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (type && data) onEvent(type, JSON.parse(data));
      }
    }
  };
  // Without it the setup goes on all the same, and its answer tells the end.
  const begun = read().catch(() => {});
  return () => {
    control.abort();
    return begun;
  };
}
