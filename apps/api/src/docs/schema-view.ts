import { html } from 'hono/html';
import { referredTo, type Schema } from './reference.ts';
import { marked } from './text.ts';

type View = ReturnType<typeof html>;

const none = html``;

const range = (from: number | undefined, to: number | undefined, unit: string) => {
  if (from === undefined && to === undefined) return [];
  if (to === undefined) return [`at least ${from}${unit}`];
  return [from === undefined ? `at most ${to}${unit}` : `${from} to ${to}${unit}`];
};

/** What a value is bounded by, in words. */
function bounds(schema: Schema): string {
  const words = [
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}

function either(variants: readonly Schema[]): View {
  return html`${variants.map((variant, index) => html`${index > 0 ? ' or ' : ''}${typeView(variant)}`)}`;
}

/** The type of a schema in a line; what it refers to is a link. */
export function typeView(schema: Schema): View {
  const name = referredTo(schema);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return either(variants);
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) {
    return html`${schema.enum.map((value, i) => html`${i > 0 ? ' ' : ''}<code>${JSON.stringify(value)}</code>`)}`;
  }
  if (schema.type === 'array' && schema.items)
    return html`list of ${typeView(schema.items)}${bounds(schema)}`;
  if (typeof schema.additionalProperties === 'object') {
    return html`object of ${typeView(schema.additionalProperties)}`;
  }
  const types = [schema.type ?? 'any JSON'].flat();
  return html`${types.map((type) => (type === 'string' ? (schema.format ?? type) : type)).join(' or ')}${bounds(schema)}`;
}

/** The fields of an object as the rows of a table, those of objects within below them. */
function rows(schema: Schema, within: string): View[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isRequired = schema.required?.includes(name) ?? false;
    const row = html`<tr>
      <td><code>${within}${name}</code>${isRequired ? '' : html` <small>optional</small>`}</td>
      <td>${typeView(field)}</td>
      <td>${marked(field.description)}</td>
    </tr>`;
    return [row].concat(rows(field, `${within}${name}.`), rows(field.items ?? {}, `${within}${name}[].`));
  });
}

/** A schema: its fields in a table, or each of its variants so. */
export function schemaView(schema: Schema): View {
  if (schema.properties) {
    return html`<table>
      <tbody>
        ${rows(schema, '')}
      </tbody>
    </table>`;
  }
  const variants = schema.oneOf ?? schema.anyOf;
  if (!variants) return html`<p>${typeView(schema)}</p>`;
  return html`${variants.map((variant, index) => html`${index > 0 ? html`<p>or</p>` : none}${schemaView(variant)}`)}`;
}
