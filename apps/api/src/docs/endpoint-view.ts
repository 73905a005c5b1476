import { html } from 'hono/html';
import {
  type Content,
  type Endpoint,
  exampleOf,
  parameterOf,
  type Parameter,
  type Reference,
} from './reference.ts';
import { schemaView, typeView } from './schema-view.ts';
import { curl, marked } from './text.ts';

const json = (value: unknown) => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`;

function parametersView(parameters: readonly Parameter[]) {
  if (parameters.length === 0) return html``;
  return html`<h4>Parameters</h4>
    <table>
      <tbody>
        ${parameters.map(
          ({ name, in: place, required, description, schema }) =>
            html`<tr>
              <td><code>${name}</code> <small>${place}${required ? '' : ', optional'}</small></td>
              <td>${typeView(schema)}</td>
              <td>${marked(description)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

/** What is sent or comes back; what is a component has its fields in its own place. */
function contentView(reference: Reference, content: Content = {}) {
  return Object.entries(content).map(([type, { schema }]) => {
    if (!schema) return html`<p><code>${type}</code></p>`;
    const example = exampleOf(reference, schema);
    const shown = schema.$ref === undefined ? schemaView(schema) : html``;
    return html`<p><code>${type}</code> ${schema.$ref === undefined ? '' : typeView(schema)}</p>
      ${shown} ${example === undefined || type.startsWith('multipart/') ? '' : json(example)}`;
  });
}

const isSuccess = (status: string) => status.startsWith('2');

function responsesView(reference: Reference, { operation: { responses } }: Endpoint) {
  const all = Object.entries(responses);
  const failures = all.filter(([status]) => !isSuccess(status));
  return html`<h4>Answers</h4>
    ${all
      .filter(([status]) => isSuccess(status))
      .map(
        ([status, { description, content }]) =>
          html`<p><b>${status}</b> ${marked(description)}</p>
            ${contentView(reference, content)}`,
      )}
    <details>
      <summary>${failures.length} ways to fail</summary>
      <table>
        <tbody>
          ${failures.map(
            ([status, { description }]) =>
              html`<tr>
                <td><b>${status}</b></td>
                <td>${marked(description)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p>Each is a <a href="#schema-Problem">Problem</a>.</p>
    </details>`;
}

/** One call: what it is for, what it takes, what it answers. */
export function endpointView(reference: Reference, endpoint: Endpoint) {
  const { method, path, operation } = endpoint;
  const parameters = (operation.parameters ?? []).flatMap((one) => parameterOf(reference, one) ?? []);
  const content = operation.requestBody?.content;
  const schema = content?.['application/json']?.schema;
  const scope = operation.security[0]?.bearer?.[0];
  const isUpload = content?.['multipart/form-data'] !== undefined;
  const call = curl(method, path, schema && exampleOf(reference, schema), isUpload);
  return html`<section id="${operation.operationId}">
    <h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p>${marked(operation.summary)}. ${marked(operation.description)}</p>
    <p>
      <small>${scope === undefined ? 'Open to everyone' : html`Needs the scope <code>${scope}</code>`}</small>
    </p>
    <pre><code>${call}</code></pre>
    ${parametersView(parameters)}
    ${
      content
        ? html`<h4>Body</h4>
            ${contentView(reference, content)}`
        : ''
    }
    ${responsesView(reference, endpoint)}
  </section>`;
}
