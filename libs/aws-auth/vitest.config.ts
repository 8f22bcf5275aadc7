import { projectConfig } from '../../vitest.shared.ts';

export default projectConfig('aws-auth');
