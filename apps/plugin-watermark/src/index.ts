import type { Command } from '@oclif/core';
import { WatermarkGet } from './watermark-get.ts';
import { WatermarkList } from './watermark-list.ts';
import { WatermarkReset } from './watermark-reset.ts';

/** Commands of the plugin by id. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  'watermark:get': WatermarkGet as unknown as Command.Class,
  'watermark:list': WatermarkList as unknown as Command.Class,
  'watermark:reset': WatermarkReset as unknown as Command.Class,
};
