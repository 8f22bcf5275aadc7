import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { boundaries } from './eslint.boundaries.js';

/** Modules that reach outside the process: the pure layers never import them. */
const IO_MODULES = ['node:fs', 'node:fs/promises', 'node:net', 'node:tls', 'node:http', 'node:https', 'node:child_process', 'node:dgram'];

/**
 * The lint rules of one project; patterns are relative to its folder.
 * @param {string} projectRoot absolute path of the project
 * @param {{ pure?: boolean, impure?: string[] }} [options] `pure`: no file and socket modules, except in `impure` files
 */
export function projectRules(projectRoot, { pure = false, impure = [] } = {}) {
  return [
  { ignores: ['**/dist', '**/out-tsc', '**/node_modules', '**/*.d.ts', '**/testdata', '**/.nx', '**/bin/*.js'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    plugins: { '@nx': nx },
    files: ['**/*.ts', '**/*.js', '**/*.mjs'],
    rules: {
      'no-undef': 'off',
      'no-console': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-constant-condition': ['error', { checkLoops: false }],
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    },
  },
  {
    files: ['**/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.test-d.ts'],
    languageOptions: { parserOptions: { project: ['./tsconfig.lib.json'], tsconfigRootDir: projectRoot } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  { files: ['**/src/**/*.ts'], ignores: ['**/*.test.ts', '**/*.test-d.ts'], rules: { '@nx/enforce-module-boundaries': ['error', boundaries()] } },
  { files: ['**/*.test.ts', '**/test/**/*.ts'], rules: { '@nx/enforce-module-boundaries': ['error', boundaries({ tests: true })] } },
  ...(pure
    ? [
        {
          files: ['src/**/*.ts'],
          ignores: ['**/*.test.ts', ...impure],
          rules: { 'no-restricted-imports': ['error', { paths: IO_MODULES.map((name) => ({ name, message: 'The domain and core layers are pure: no sockets, no files.' })) }] },
        },
      ]
    : []),
  {
    files: ['src/engine/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@tidemark/connections', '@tidemark/tunnel', '@tidemark/extractor', '@tidemark/parquet-writer', '@tidemark/s3-store', '@tidemark/watermark', '@tidemark/redshift-loader', '@tidemark/config/node'],
              message: 'The engine knows ports only; adapters are composed in src/wiring.',
            },
          ],
        },
      ],
    },
  },
];
}
