import { projectRules } from '../../eslint.shared.js';

export default projectRules(import.meta.dirname, { pure: true, impure: ['src/node/**'] });
