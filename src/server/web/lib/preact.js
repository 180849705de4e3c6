// What pages are made of: components, hooks, and `html` for what they show.
import { h, render, createContext, Fragment } from '../vendor/preact.js';
import { useState } from '../vendor/hooks.js';
import htm from '../vendor/htm.js';

export * from '../vendor/hooks.js';
export { h, render, createContext, Fragment };

let ids = 0;
/** An id for the page. Preact's own begin anew with each tree, and windows that ask have trees of their own. */
export function useId() {
  return useState(() => `u${++ids}`)[0];
}

/** Markup as a template: html`<p class=${name}>${text}</p>`. Texts are escaped. */
export const html = htm.bind(h);
