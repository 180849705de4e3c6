// SQL with its words told apart: enough to read by, no parser.
import { html } from './preact.js';

const WORDS = new Set(`add after all alter always analyze and any as asc before begin between bigint boolean by cascade case cast check collate column comment commit
concurrently conflict constraint create cross current_timestamp database date default deferrable delete desc distinct do double drop each else end enum except exclude execute exists
explain extension false for foreign from full function generated grant group having identity if immediate in index inner insert integer intersect into is join json jsonb key language left
like limit not nothing now null numeric of offset on only or order outer over partition pragma precision primary procedure real recursive references rename replace restrict return returning returns
revoke right role rollback row rows schema select sequence set strict table temp temporary text then time timestamp timestamptz to transaction trigger true truncate type union unique update using
values varchar vacuum view virtual when where with without`.split(/\s+/));

const PIECES = /(--[^\n]*|\/\*[\s\S]*?\*\/)|(\$([A-Za-z_]\w*)?\$[\s\S]*?\$\3\$|'(?:[^']|'')*'|"(?:[^"]|"")*")|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)|[^]/g;

/** [[kind, text]]: comment, string, number, word, or "" for the rest. */
export function piecesOf(sql) {
  const pieces = [];
  for (const [text, comment, string, , number, word] of sql.matchAll(PIECES)) {
    const kind = comment ? 'comment' : string ? (text[0] === '"' ? '' : 'string') : number ? 'number' : word && WORDS.has(text.toLowerCase()) ? 'word' : '';
    const last = pieces[pieces.length - 1];
    if (last && last[0] === kind) last[1] += text;
    else pieces.push([kind, text]);
  }
  return pieces;
}

/** A text of SQL; can be scrolled by keyboard. */
export function Sql({ text, label = 'SQL' }) {
  return html`<pre class="sql" tabindex="0" role="group" aria-label=${label}><code>${piecesOf(text).map(([kind, part], index) => (kind ? html`<span key=${index} class=${`sql-${kind}`}>${part}</span>` : part))}</code></pre>`;
}
