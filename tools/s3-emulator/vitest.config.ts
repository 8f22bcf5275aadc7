import { projectConfig } from '../../vitest.shared.ts';

export default projectConfig('s3-emulator');
