import { SaxesParser } from 'saxes';
import { S3Error } from '../errors.ts';

/** One element of a request document. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  /** Character data directly inside, unchanged. */
  text: string;
}

/**
 * Parses a request document strictly; document types are refused.
 *
 * @throws S3Error `MalformedXML` when it is not well-formed UTF-8 XML, or its root is another one
 */
export function parseXml(body: Buffer, root: string): XmlElement {
  const holder: XmlElement = { name: '', children: [], text: '' };
  const open: XmlElement[] = [holder];
  const parser = new SaxesParser();
  parser.on('error', () => {
    throw new S3Error('MalformedXML');
  });
  parser.on('doctype', () => {
    throw new S3Error('MalformedXML');
  });
  parser.on('opentag', ({ name }) => {
    const node: XmlElement = { name, children: [], text: '' };
    open.at(-1)!.children.push(node);
    open.push(node);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('cdata', (text) => {
    open.at(-1)!.text += text;
  });
  parser.write(decodeUtf8(body)).close();
  const [document] = holder.children;
  if (document?.name !== root) throw new S3Error('MalformedXML');
  return document;
}

/** The children as name → text; `names` lists what may occur, each at most once. */
export function textFields(parent: XmlElement, names: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const child of parent.children) {
    if (!names.includes(child.name) || fields.has(child.name) || child.children.length > 0) throw new S3Error('MalformedXML');
    fields.set(child.name, child.text);
  }
  return fields;
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    if (cause instanceof TypeError) throw new S3Error('MalformedXML');
    throw cause;
  }
}
