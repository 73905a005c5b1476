import { html, raw } from 'hono/html';
import type { OpenApiDocument } from '@orq/contracts/openapi';
import { endpointView } from './endpoint-view.ts';
import { type Endpoint, endpointsOf, type Reference, referenceOf } from './reference.ts';
import { schemaView } from './schema-view.ts';
import { style } from './style.ts';
import { marked } from './text.ts';

function chapters(reference: Reference): { name: string; description: string; endpoints: Endpoint[] }[] {
  const all = endpointsOf(reference);
  return reference.tags.map((tag) => ({
    ...tag,
    endpoints: all.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
}

function navigation(reference: Reference) {
  return html`<nav>
    ${chapters(reference).map(
      ({ name, endpoints }) =>
        html`<b>${name}</b>
          <ul>
            ${endpoints.map(
              ({ method, path, operation }) =>
                html`<li>
                  <a href="#${operation.operationId}" title="${operation.summary}"
                    >${method.toUpperCase()} ${path}</a
                  >
                </li>`,
            )}
          </ul>`,
    )}
    <b>Schemas</b>
    <ul>
      ${Object.keys(reference.components.schemas)
        .sort()
        .map((name) => html`<li><a href="#schema-${name}">${name}</a></li>`)}
    </ul>
  </nav>`;
}

const schemas = ({ components }: Reference) =>
  Object.entries(components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, schema]) =>
        html`<section id="schema-${name}">
          <h3>${name}</h3>
          <p>${marked(schema.description)}</p>
          ${schemaView(schema)}
        </section>`,
    );

/** The reference as one page, made of the OpenAPI document: no script, and nothing from elsewhere. */
export async function referencePage(document: OpenApiDocument): Promise<string> {
  const reference = referenceOf(document);
  const { title, version, description } = reference.info;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} ${version}</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        ${navigation(reference)}
        <main>
          <h1>${title} <small>${version}</small></h1>
          <p>${marked(description)} The same as a document: <a href="openapi.json">openapi.json</a>.</p>
          ${chapters(reference).map(
            ({ name, description: about, endpoints }) =>
              html`<h2>${name}</h2>
                <p>${about}</p>
                ${endpoints.map((endpoint) => endpointView(reference, endpoint))}`,
          )}
          <h2>Schemas</h2>
          ${schemas(reference)}
        </main>
      </body>
    </html>`;
  return String(await page);
}

/** Lets the page have its own style, and nothing else. */
export async function referencePolicy(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
