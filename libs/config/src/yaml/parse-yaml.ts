import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Scalar, type YAMLError } from 'yaml';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import type { Place, SourceText } from '../problem/source-text.ts';
import type { Origin } from '../resolved.ts';
import { emptyMap, type ConfigNode, type MapEntry, type MapNode, type NodeOrigin } from '../tree/config-node.ts';
import { YAML_REMEDIES, YAML_SENTENCES } from './yaml-sentences.ts';

/** Limits of one file; configuration is written by people and stays far below them. */
export const YAML_LIMITS = { bytes: 1_048_576, depth: 24, nodes: 50_000 };

export interface ParsedYaml {
  /** Empty when the text is empty; null when there are problems. */
  readonly tree: MapNode | null;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads one YAML 1.2 document (core schema) into a tree with positions. Refused: duplicate keys, tags, directives,
 * more than one document, anything over YAML_LIMITS, aliases expanded included.
 */
export function parseYaml(source: SourceText, layer: Origin['layer']): ParsedYaml {
  return new YamlReader(source, layer).read();
}

class YamlReader {
  readonly #source: SourceText;
  readonly #layer: Origin['layer'];
  readonly #lines = new LineCounter();
  readonly #problems: ConfigProblem[] = [];
  #nodeCount = 0;
  #isOverLimit = false;
  /** The newest node of each anchor so far: what an alias of that name means. */
  readonly #anchors = new Map<string, Node>();
  #isInAlias = false;

  constructor(source: SourceText, layer: Origin['layer']) {
    this.#source = source;
    this.#layer = layer;
  }

  read(): ParsedYaml {
    const { text } = this.#source;
    const byteLength = new TextEncoder().encode(text).length;
    if (byteLength > YAML_LIMITS.bytes) {
      const at = { source: { path: this.#source.path, text: '' }, line: 1, column: 1, length: 1 };
      this.#problems.push(configProblem({ code: 'CONFIG_YAML_SYNTAX', at, sentence: `the file has more than ${YAML_LIMITS.bytes} bytes`, allowed: [`at most ${YAML_LIMITS.bytes} bytes`], remedy: 'Split the file.' }));
      return this.#result(null);
    }
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, version: '1.2', schema: 'core', uniqueKeys: true, strict: true });
    if (/^%/m.test(text.slice(0, document.range[0]))) this.#syntax('BAD_DIRECTIVE', 0, 1);
    this.#reportErrors(document.errors);
    if (this.#problems.length > 0) return this.#result(null);
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return this.#result(emptyMap(this.#origin(0, 1)));
    if (!isMap(contents)) {
      this.#problem(contents, 'the document is not a map of keys', 'Begin with a key and a colon.');
      return this.#result(null);
    }
    const tree = this.#convert(contents, 0);
    return this.#result(tree.kind === 'map' ? tree : null);
  }

  #result(tree: MapNode | null): ParsedYaml {
    return { tree: this.#problems.length > 0 ? null : tree, problems: this.#problems };
  }

  /** The first error; the later ones are mostly its consequences. Duplicate keys are all shown. */
  #reportErrors(errors: readonly YAMLError[]): void {
    const deep = errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
    const first = deep ?? errors.find((error) => error.code !== 'DUPLICATE_KEY');
    const shown = first === undefined ? errors : [first, ...errors.filter((error) => error.code === 'DUPLICATE_KEY' && error.pos[0] < first.pos[0])];
    for (const error of shown) this.#syntax(error.code, error.pos[0], error.pos[1] - error.pos[0]);
  }

  #syntax(code: YAMLError['code'], offset: number, length: number): void {
    const at = this.#place(offset, length);
    const line = this.#source.text.split('\n')[at.line - 1] ?? '';
    const isUnquotedVariable = /[[{,:]\s*\$\{/.test(line) && /[[{]/.test(line.replaceAll('${', ''));
    const remedy = isUnquotedVariable ? 'Inside { } and [ ] a variable needs quotes: "${NAME}".' : YAML_REMEDIES[code];
    this.#problems.push(configProblem({ code: 'CONFIG_YAML_SYNTAX', at, sentence: YAML_SENTENCES[code], ...(remedy === undefined ? {} : { remedy }) }));
  }

  #problem(node: Node, sentence: string, remedy: string): void {
    this.#problems.push(configProblem({ code: 'CONFIG_YAML_SYNTAX', at: this.#origin(node.range?.[0] ?? 0, 1).place, sentence, remedy }));
  }

  #convert(node: Node | null, depth: number, fallback = 0): ConfigNode {
    const origin = this.#origin(node?.range?.[0] ?? fallback, (node?.range?.[1] ?? fallback) - (node?.range?.[0] ?? fallback));
    const none: ConfigNode = { kind: 'scalar', origin, value: null, written: '' };
    if (node === null || this.#isOverLimit) return none;
    this.#nodeCount += 1;
    if (this.#nodeCount > YAML_LIMITS.nodes || depth > YAML_LIMITS.depth) {
      this.#isOverLimit = true;
      const isDepth = depth > YAML_LIMITS.depth;
      this.#problem(node, isDepth ? `values are nested more than ${YAML_LIMITS.depth} deep` : `the document has more than ${YAML_LIMITS.nodes} values, aliases expanded`, isDepth ? 'Nest less; an alias must not contain itself.' : 'Use fewer aliases, or split the file.');
      return none;
    }
    if (node.tag !== undefined) {
      this.#problem(node, 'a tag (!) stands before the value', 'Remove the tag; put text between quotes.');
      return none;
    }
    if (!isAlias(node) && node.anchor !== undefined && !this.#isInAlias) this.#anchors.set(node.anchor, node);
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target !== undefined) return this.#convertAlias(target, depth);
      this.#problem(node, 'the alias (*) has no anchor (&) before it', 'Define the anchor, or put the text between quotes.');
      return none;
    }
    if (isSeq(node)) return { kind: 'list', origin, items: node.items.map((item) => this.#convert(item as Node | null, depth + 1)) };
    if (!isMap(node)) return this.#scalar(node as Scalar, origin);
    const entries = new Map<string, MapEntry>();
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      if (!isScalar(key) || key.tag !== undefined) {
        this.#problem(key ?? node, 'a key is not plain text', 'Write a plain name before the colon.');
        continue;
      }
      const start = key.range?.[0] ?? 0;
      const end = key.range?.[1] ?? start;
      const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
      entries.set(name, { keyOrigin: this.#origin(start, end - start), node: this.#convert(pair.value as Node | null, depth + 1, start) });
    }
    return { kind: 'map', origin, entries };
  }

  #convertAlias(target: Node, depth: number): ConfigNode {
    const wasInAlias = this.#isInAlias;
    this.#isInAlias = true;
    const node = this.#convert(target, depth + 1);
    this.#isInAlias = wasInAlias;
    return node;
  }

  #scalar(node: Scalar, origin: NodeOrigin): ConfigNode {
    const { value } = node;
    const start = node.range?.[0] ?? 0;
    // An empty value (`key:`) has no text; its place is shown at the key, which precedes it.
    const written = typeof value === 'string' ? value : (node.source ?? this.#source.text.slice(start, node.range?.[1] ?? start));
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { kind: 'scalar', origin, value, written };
    this.#problem(node, 'a value is neither text, a number, true nor false', 'Put the value between quotes.');
    return { kind: 'scalar', origin, value: null, written };
  }

  #origin(offset: number, length: number): NodeOrigin {
    return { layer: this.#layer, place: this.#place(offset, length) };
  }

  #place(offset: number, length: number): Place {
    const { line, col } = this.#lines.linePos(Math.max(0, Math.min(offset, this.#source.text.length)));
    return { source: this.#source, line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, length) };
  }
}
