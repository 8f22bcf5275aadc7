/** The names that the stack's configuration uses; the source, target and pipeline of the documentation's examples. */
export const SOURCE_DATABASE = 'sales';
export const TARGET_DATABASE = 'dev';
export const TARGET_SCHEMA = 'reporting';
export const TUNNEL_SCHEMA = 'reporting_tunnel';
export const WORK_SCHEMA = 'tidemark_work';
export const BUCKET = 'tidemark-local';
