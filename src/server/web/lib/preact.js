// What pages are made of: components, hooks, and `html` for what they show.
import { h, render, createContext, Fragment } from '../vendor/preact.js';
import htm from '../vendor/htm.js';

export * from '../vendor/hooks.js';
export { h, render, createContext, Fragment };

/** Markup as a template: html`<p class=${name}>${text}</p>`. Texts are escaped. */
export const html = htm.bind(h);
