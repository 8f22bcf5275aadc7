import { projectConfig } from '../../vitest.shared.ts';

const config = projectConfig('local-stack');

// Vitest hands these conditions to Node, for require() too: "import" there gives CommonJS packages such as pg the ES module of their parts.
const conditions = ['@tidemark/source', 'module', 'node', 'default'];

export default { ...config, resolve: { conditions }, ssr: { resolve: { conditions } } };
