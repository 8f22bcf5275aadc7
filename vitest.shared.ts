import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Workspace packages are imported from their sources under this export condition. */
const SOURCE_CONDITION = '@tidemark/source';

/** The settings every project's tests share. Servers are slow to start on a busy machine, hence the long limits. */
export function projectConfig(name: string, extra: ViteUserConfig['test'] = {}): ViteUserConfig {
  const conditions = [SOURCE_CONDITION, 'node'];
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: ['node'] } },
    test: {
      name,
      environment: 'node',
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      passWithNoTests: true,
      testTimeout: 120_000,
      hookTimeout: 120_000,
      pool: 'forks',
      ...extra,
    },
  });
}
