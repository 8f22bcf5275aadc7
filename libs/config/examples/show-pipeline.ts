import { findPipelineForTable, resolveTable } from '@tidemark/config';
import { loadConfig } from '@tidemark/config/node';

const config = await loadConfig({ directory: process.argv[2] });
const { pipeline: name } = findPipelineForTable(config, { table: 'sales.orders' });
const pipeline = config.pipeline(name, { batchSize: 50_000 });
const table = resolveTable(pipeline, 'orders');

console.log(`${table.scopedName} goes to ${pipeline.target.name}:${table.targetSchema}.${table.targetTable}, ${table.processing.batchSize} rows at a time`);
console.log(`the password is ${pipeline.source.password}`);
for (const { path, value, origin } of config.explain(`pipelines.${name}.tables.sales.orders.lookback`)) {
  console.log(`${path} = ${value}, set in ${origin.file}:${origin.line}`);
}
