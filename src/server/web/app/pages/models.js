// The Model Manager: the table of models, as one instance of the general one.
import { html } from '../../lib/preact.js';
import { Page } from '../../lib/ui.js';
import { TableBrowser } from '../table_browser.js';

export const title = 'Models';

const COLUMNS = ['name', 'provider', 'model_identifier', 'temperature', 'max_tokens', 'timeout', 'account_id', 'active'];
const TITLES = { model_identifier: 'Model', account_id: 'Account', max_tokens: 'Max tokens', timeout: 'Timeout, s' };

export default function Models({ query, session }) {
  return html`<${Page} title="Models" text="Language models that the application may use. A disabled one stays, and is not offered.">
    <${TableBrowser} name="llm_models" query=${query} session=${session} columns=${COLUMNS} titles=${TITLES} filters=${['provider', 'account_id', 'active']}
      switchColumn="active" rowName="name" one="model" suggest=${['provider']} /></${Page}>`;
}
