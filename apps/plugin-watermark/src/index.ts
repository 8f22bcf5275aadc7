import type { Command } from '@oclif/core';
import { WatermarkCountSet } from './watermark-count-set.ts';
import { WatermarkCountValidate } from './watermark-count-validate.ts';
import { WatermarkGet } from './watermark-get.ts';
import { WatermarkHistory } from './watermark-history.ts';
import { WatermarkImport } from './watermark-import.ts';
import { WatermarkList } from './watermark-list.ts';
import { WatermarkRepair } from './watermark-repair.ts';
import { WatermarkReset } from './watermark-reset.ts';
import { WatermarkRollback } from './watermark-rollback.ts';
import { WatermarkSet } from './watermark-set.ts';

/** Commands of the plugin by id. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  'watermark:count:set': WatermarkCountSet as unknown as Command.Class,
  'watermark:count:validate': WatermarkCountValidate as unknown as Command.Class,
  'watermark:get': WatermarkGet as unknown as Command.Class,
  'watermark:history': WatermarkHistory as unknown as Command.Class,
  'watermark:import': WatermarkImport as unknown as Command.Class,
  'watermark:list': WatermarkList as unknown as Command.Class,
  'watermark:repair': WatermarkRepair as unknown as Command.Class,
  'watermark:reset': WatermarkReset as unknown as Command.Class,
  'watermark:rollback': WatermarkRollback as unknown as Command.Class,
  'watermark:set': WatermarkSet as unknown as Command.Class,
};
