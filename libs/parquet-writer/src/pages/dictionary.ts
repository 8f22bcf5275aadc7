import type { ParquetType } from '@tidemark/domain';
import { giveUp } from '../values/give-up.ts';
import { byteArrayLength, vectorWidth } from '../values/parquet-column.ts';
import { wordsOf } from '../values/word-views.ts';

/** A column chunk's distinct values and, per value, its place among them. */
export interface Dictionary {
  /** Distinct values in order of appearance, in vector layout, which is PLAIN. */
  readonly bytes: Uint8Array;
  readonly size: number;
  /** Valid until the scratch that it was built with is used again. */
  readonly codes: Uint16Array;
  readonly bitWidth: number;
}

const MAX_ENTRIES = 16_384;
const MAX_DICTIONARY_BYTES = 1 << 20;
const SLOTS = 1 << 16;
const SLOT_MASK = SLOTS - 1;
/** The last base that is a 32-bit number with any code. */
export const MAX_BASE = 2 ** 31 - MAX_ENTRIES;
/** Fewer values are not worth a page of their own. */
const MIN_VALUES = 64;

/** Buffers that dictionaries are built in, one column after the other. */
export class DictionaryScratch {
  /** A code and `base`, or less where the slot is free. */
  slots = new Int32Array(0);
  starts = new Int32Array(0);
  codes = new Uint16Array(0);
  base = 0;

  /** Frees all slots: those of a dictionary before are below the new base. */
  reset(valueCount: number): void {
    if (this.slots.length === 0) {
      this.slots = new Int32Array(SLOTS);
      this.starts = new Int32Array(MAX_ENTRIES);
      this.base = 0;
    }
    if (this.base === MAX_BASE) {
      this.slots.fill(0);
      this.base = 0;
    }
    this.base += MAX_ENTRIES;
    if (this.codes.length < valueCount) {
      giveUp(this.codes);
      this.codes = new Uint16Array(valueCount + (valueCount >> 2));
    }
  }

  /** The last dictionary is not used any more. */
  giveUp(): void {
    for (const memory of [this.slots, this.starts, this.codes]) giveUp(memory);
    this.slots = new Int32Array(0);
    this.starts = new Int32Array(0);
    this.codes = new Uint16Array(0);
  }
}

/**
 * Builds a dictionary of `count` values, or returns null where PLAIN is the better choice: more than half the size,
 * too many distinct values, or a beginning that is nearly all distinct, which is given up after 1024 values.
 *
 * Values are told apart by their bytes: −0 and +0, or two NaNs with other bits, stay what they are.
 */
export function buildDictionary(type: ParquetType, bytes: Uint8Array, count: number, scratch: DictionaryScratch): Dictionary | null {
  if (count < MIN_VALUES || type.physical === 'BOOLEAN') return null;
  scratch.reset(count);
  const width = vectorWidth(type);
  const found = width === 0 ? indexByteArrays(bytes, count, scratch) : indexFixed(bytes, count, width, scratch);
  if (found === null) return null;
  const bitWidth = Math.max(1, 32 - Math.clz32(found.size - 1));
  if ((found.byteLength + (count * bitWidth) / 8) * 2 > bytes.length) return null;
  return { bytes: collect(bytes, found, width, scratch), size: found.size, codes: scratch.codes, bitWidth };
}

interface Found {
  readonly size: number;
  readonly byteLength: number;
}

function isHopeless(seen: number, size: number): boolean {
  return (seen === 1024 && size > 700) || (seen === 8192 && size > 4096);
}

function indexByteArrays(bytes: Uint8Array, count: number, scratch: DictionaryScratch): Found | null {
  const { slots, starts, codes, base } = scratch;
  const words = wordsOf(bytes);
  let size = 0;
  let byteLength = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = byteArrayLength(words, at) + 4;
    const end = at + length;
    let slot = hashWords(words, at, end) & SLOT_MASK;
    let code = slots[slot]! - base;
    // The length is part of what is compared.
    while (code >= 0 && !(words.getInt32(starts[code]!, true) === length - 4 && sameWords(words, starts[code]!, at, length))) {
      slot = (slot + 1) & SLOT_MASK;
      code = slots[slot]! - base;
    }
    if (code < 0) {
      byteLength += length;
      if (size === MAX_ENTRIES || byteLength > MAX_DICTIONARY_BYTES) return null;
      code = size++;
      slots[slot] = code + base;
      starts[code] = at;
    }
    codes[i] = code;
    at = end;
    if (isHopeless(i + 1, size)) return null;
  }
  return { size, byteLength };
}

function indexFixed(bytes: Uint8Array, count: number, width: number, scratch: DictionaryScratch): Found | null {
  const { slots, starts, codes, base } = scratch;
  const words = wordsOf(bytes);
  const isShort = width < 4;
  let size = 0;
  for (let i = 0, at = 0; i < count; i++, at += width) {
    let slot = (isShort ? hashBytes(bytes, at, at + width) : hashWords(words, at, at + width)) & SLOT_MASK;
    let code = slots[slot]! - base;
    while (code >= 0 && !(isShort ? sameBytes(bytes, starts[code]!, at, width) : sameWords(words, starts[code]!, at, width))) {
      slot = (slot + 1) & SLOT_MASK;
      code = slots[slot]! - base;
    }
    if (code < 0) {
      if (size === MAX_ENTRIES) return null;
      code = size++;
      slots[slot] = code + base;
      starts[code] = at;
    }
    codes[i] = code;
    if (isHopeless(i + 1, size)) return null;
  }
  return { size, byteLength: size * width };
}

/** A multiplicative hash, a word at a time, over a value of at least four bytes: over the first 24 and last 8 of a long one. */
function hashWords(words: DataView, from: number, to: number): number {
  let hash = to - from;
  const firstEnd = (to - from > 32 ? from + 24 : to) - 4;
  for (let at = from; at < firstEnd; at += 4) hash = mixed(hash, words.getInt32(at, true));
  if (to - from > 32) hash = mixed(hash, words.getInt32(to - 8, true));
  return mixed(hash, words.getInt32(to - 4, true));
}

/** The upper half of a product is folded into the lower one, which knows nothing of the upper half of its factors. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at++) hash = mixed(hash, bytes[at]!);
  return hash;
}

/** Of at least four bytes; the last word overlaps the one before it where the length is no multiple of four. */
function sameWords(words: DataView, left: number, right: number, length: number): boolean {
  const last = length - 4;
  for (let at = 0; at < last; at += 4) if (words.getInt32(left + at, true) !== words.getInt32(right + at, true)) return false;
  return words.getInt32(left + last, true) === words.getInt32(right + last, true);
}

function sameBytes(bytes: Uint8Array, left: number, right: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (bytes[left + at] !== bytes[right + at]) return false;
  return true;
}

function collect(bytes: Uint8Array, found: Found, width: number, scratch: DictionaryScratch): Uint8Array {
  const out = new Uint8Array(found.byteLength);
  const words = wordsOf(bytes);
  let to = 0;
  for (let code = 0; code < found.size; code++) {
    const start = scratch.starts[code]!;
    const length = width === 0 ? byteArrayLength(words, start) + 4 : width;
    out.set(bytes.subarray(start, start + length), to);
    to += length;
  }
  return out;
}
