export { findDirectory, type ConfigDirectory, type DirectoryChoice } from './find-directory.ts';
export { loadConfig, type LoadConfigOptions } from './load-config.ts';
export { watchConfig, type ConfigWatch, type WatchConfigOptions } from './watch-config.ts';
export { readOldFiles } from './read-old-files.ts';
export { writeNewFiles } from './write-new-files.ts';
