/** The file in ORQ_TEST_REPORTS that a package's test run leaves its results in. */
export function reportFile(packageName: string): string;
