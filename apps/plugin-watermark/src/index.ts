import type { CommandModules } from '@tidemark/cli-kit';

/** The watermark commands by id. */
export const COMMAND_MODULES: CommandModules = {
  'watermark:count:set': async () => (await import('./watermark-count-set.ts')).WatermarkCountSet,
  'watermark:count:validate': async () => (await import('./watermark-count-validate.ts')).WatermarkCountValidate,
  'watermark:get': async () => (await import('./watermark-get.ts')).WatermarkGet,
  'watermark:history': async () => (await import('./watermark-history.ts')).WatermarkHistory,
  'watermark:import': async () => (await import('./watermark-import.ts')).WatermarkImport,
  'watermark:list': async () => (await import('./watermark-list.ts')).WatermarkList,
  'watermark:repair': async () => (await import('./watermark-repair.ts')).WatermarkRepair,
  'watermark:reset': async () => (await import('./watermark-reset.ts')).WatermarkReset,
  'watermark:rollback': async () => (await import('./watermark-rollback.ts')).WatermarkRollback,
  'watermark:set': async () => (await import('./watermark-set.ts')).WatermarkSet,
};
