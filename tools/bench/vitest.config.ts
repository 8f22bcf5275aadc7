import { projectConfig } from '../../vitest.shared.ts';

// A smoke run starts some forty processes one after the other.
export default projectConfig('bench', { testTimeout: 600_000 });
