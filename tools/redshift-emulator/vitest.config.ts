import { projectConfig } from '../../vitest.shared.ts';

export default projectConfig('redshift-emulator', { globalSetup: ['test/shared-postgres.ts'], isolate: false });
