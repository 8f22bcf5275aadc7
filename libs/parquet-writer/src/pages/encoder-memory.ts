import { ReusedMemory } from '../values/reused-memory.ts';
import type { JoinMemory } from '../values/row-range.ts';
import { DictionaryScratch } from './dictionary.ts';

/** What an encoder uses again for each column of each row group. */
export class EncoderMemory {
  readonly dictionary = new DictionaryScratch();
  readonly join: JoinMemory = { bytes: new ReusedMemory(), defined: new ReusedMemory() };
  /** Body of a data page, for codecs that do not keep it. */
  readonly page = new ReusedMemory();

  giveUp(): void {
    this.dictionary.giveUp();
    this.join.bytes.giveUp();
    this.join.defined.giveUp();
    this.page.giveUp();
  }
}
