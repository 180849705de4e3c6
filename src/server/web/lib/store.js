// A value that components look at, and are drawn again when it changes.
import { useLayoutEffect, useState } from './preact.js';

/**
 * @template T
 * @param {T} value
 * @returns {{get: () => T, set: (change: Partial<T>) => void, subscribe: (callback: (value: T) => void) => () => void}}
 */
export function createStore(value) {
  const callbacks = new Set();
  return {
    get: () => value,
    set(change) {
      const same = Object.keys(change).every((key) => Object.is(value[key], change[key]));
      if (same) return;
      value = { ...value, ...change };
      for (const callback of [...callbacks]) callback(value);
    },
    subscribe(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}

/** The value of a store, now and whenever it changes. */
export function useStore(store) {
  const [value, setValue] = useState(store.get());
  // Before the browser draws: what changes meanwhile is not missed.
  useLayoutEffect(() => {
    setValue(store.get());
    return store.subscribe(setValue);
  }, [store]);
  return value;
}
