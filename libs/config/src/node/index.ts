export { findDirectory, type ConfigDirectory, type DirectoryChoice } from './find-directory.ts';
export { loadConfig, type LoadConfigOptions } from './load-config.ts';
