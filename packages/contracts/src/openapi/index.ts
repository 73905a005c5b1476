export * from './document.ts';
export { type JsonObject, jsonSchemasOf } from './json-schemas.ts';
