export { CONFIG_ERRORS, ConfigError, type ConfigErrorCode } from './errors.ts';
