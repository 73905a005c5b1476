/** @type {typeof import('./report-file.d.ts').reportFile} */
export function reportFile(packageName) {
  return `${packageName.replace(/^@/, '').replaceAll('/', '-')}.json`;
}
