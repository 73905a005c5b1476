import { defineConfig } from 'vitest/config';

const conditions = ['@orq/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { testTimeout: 30_000, hookTimeout: 60_000 },
});
