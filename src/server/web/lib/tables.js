// Which tables seed sets fill; the frame asks whether there is one for models.
import { createStore } from './store.js';
import { get } from './api.js';

/** `names`: null until it is known. */
export const tables = createStore({ names: null });

let asked = false;
/** Asks once, and again when it failed. */
export function readTables() {
  if (asked) return;
  asked = true;
  get('tables', { counts: false }).then(
    (found) => tables.set({ names: found.tables.filter((one) => !one.problem).map((one) => one.name) }),
    () => (asked = false),
  );
}
