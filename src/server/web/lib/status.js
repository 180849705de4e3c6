// The state of the database and of the server, as `GET /api/v1/status` says; the frame and the overview share it.
import { useEffect } from './preact.js';
import { createStore, useStore } from './store.js';
import { connection, get, session } from './api.js';
import { listen } from './live.js';

const EVERY_MS = 30000;

/** `value`: null until it is known. */
export const status = createStore({ value: null, error: null });

let running = null;
/** Asks now; who asks while it is asked waits for the same answer. */
export function readStatus() {
  running ??= get('status')
    .then((value) => status.set({ value, error: null }), (error) => status.set({ error }))
    .finally(() => (running = null));
  return running;
}

let begun = false;
/** Keeps it new from now on. */
export function watchStatus() {
  if (begun) return;
  begun = true;
  readStatus();
  listen(['health', 'up', 'config', 'open'], readStatus);
  connection.subscribe((now) => now.lost === '' && readStatus());
  setInterval(() => document.visibilityState === 'visible' && !session.get().ended && readStatus(), EVERY_MS);
}

/** Calls `reload` when the database is not in the state that is shown any more: a file came, or somebody ran something elsewhere. */
export function useStateChange(shown, reload) {
  const now = useStore(status).value?.database?.state;
  useEffect(() => {
    if (now && shown && now !== shown) reload();
  }, [now, shown]);
}

const TONES = { current: 'good', behind: 'warn', empty: 'warn', no_database: 'warn', ahead: 'info', drifted: 'bad', diverged: 'bad', foreign: 'bad', interrupted: 'bad', unreachable: 'bad' };
/** The tone of a database's state, of health ("pass", "warn", "fail"), or of what became of a run. */
export function toneOf(word) {
  return TONES[word] ?? { pass: 'good', warn: 'warn', fail: 'bad', done: 'good', failed: 'bad', running: 'info', interrupted: 'warn' }[word] ?? 'plain';
}
