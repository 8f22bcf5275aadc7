import { projectRules } from '../../eslint.shared.js';

export default projectRules(import.meta.dirname);
