// Hooks that pages share.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from './preact.js';
import { connection } from './api.js';

/**
 * Data that a page shows. `load(signal)` gives a promise; it is called again when `deps` change, by `reload()`, and
 * when the server or the database is there again after it was not. While it loads again, `data` is what it was.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {any[]} deps
 * @returns {{data: T | undefined, error: Error | null, loading: boolean, reload: () => void}}
 */
export function useData(load, deps = []) {
  const [state, setState] = useState({ data: undefined, error: null, loading: true });
  const latest = useRef(load);
  latest.current = load;
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    const control = new AbortController();
    setState((was) => (was.loading ? was : { ...was, loading: true }));
    Promise.resolve()
      .then(() => latest.current(control.signal))
      .then((data) => ({ data, error: null }), (error) => ({ error }))
      .then((result) => {
        // An answer that comes late is not what is shown.
        if (mine === turn.current) setState((was) => ({ ...was, ...result, loading: false }));
      });
    return () => control.abort();
  }, []);
  // Nobody waits for a picture of the empty page first.
  useLayoutEffect(() => {
    const stop = reload();
    return () => {
      turn.current++;
      stop();
    };
  }, deps);
  useEffect(() => {
    let seen = connection.get().restored;
    return connection.subscribe((now) => {
      if (now.restored === seen) return;
      seen = now.restored;
      reload();
    });
  }, []);
  return { ...state, reload };
}

/** Calls `callback` every `ms` milliseconds, as long as somebody looks at the page. */
export function useInterval(callback, ms) {
  const latest = useRef(callback);
  latest.current = callback;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

/** The value, once it has stayed the same for `ms` milliseconds: for searching while somebody types. */
export function useSettled(value, ms = 250) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
