// What the server tells by itself: one stream of events for all that listen.
import { useEffect, useRef } from './preact.js';
import { connection, session } from './api.js';

const listeners = new Map();
let source = null;
let again = 0;
let delay = 1000;

/**
 * Calls `callback(data, type)` for each event of these types: "config", "table", "health", "progress", "up"; and with
 * type "open" whenever the stream is there again after it was gone, as events may have been missed.
 * @param {string | string[]} types
 * @param {(data: any, type: string) => void} callback
 */
export function useLive(types, callback) {
  const latest = useRef(callback);
  latest.current = callback;
  const names = [types].flat();
  useEffect(() => listen(names, (data, type) => latest.current(data, type)), [names.join()]);
}

/** The same outside of components; the result ends it. */
export function listen(names, callback) {
  for (const name of names) {
    if (!listeners.has(name)) {
      listeners.set(name, new Set());
      if (source && name !== 'open') attach(name);
    }
    listeners.get(name).add(callback);
  }
  if (!source && !again) connect();
  return () => {
    for (const name of names) listeners.get(name)?.delete(callback);
  };
}

function attach(name) {
  source.addEventListener(name, (event) => {
    heard = event.lastEventId;
    tell(name, JSON.parse(event.data));
  });
}

function tell(name, data) {
  for (const callback of [...(listeners.get(name) ?? [])]) callback(data, name);
}

function connect() {
  again = 0;
  if (!session.get().value?.signed_in || session.get().ended) return retry();
  // What happened since the page began is told, too: it may have been read before that.
  const since = heard || (session.get().value.event ?? '');
  source = new EventSource(since === '' ? '/api/v1/events' : `/api/v1/events?since=${since}`);
  let opened = false;
  source.onopen = () => {
    delay = 1000;
    // The first time nothing was missed.
    if (opened || reconnecting) tell('open', null);
    opened = true;
    reconnecting = false;
  };
  source.onerror = () => {
    reconnecting = true;
    // After an answer other than 200 the browser gives up.
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    source = null;
    retry();
  };
  source.addEventListener('missed', () => tell('open', null));
  for (const name of listeners.keys()) if (name !== 'open') attach(name);
}
let reconnecting = false;
/** The number of the last event that was heard; "": none yet, and the session's answer says from where on. */
let heard = '';

function retry() {
  clearTimeout(again);
  again = setTimeout(connect, delay);
  delay = Math.min(delay * 2, 15000);
}

function soon() {
  delay = 1000;
  if (!source && listeners.size > 0) {
    clearTimeout(again);
    connect();
  }
}
connection.subscribe((now) => now.lost === '' && soon());
session.subscribe((now) => !now.ended && now.value?.signed_in && soon());
addEventListener('pagehide', () => {
  source?.close();
  source = null;
});
addEventListener('pageshow', (event) => event.persisted && soon());
