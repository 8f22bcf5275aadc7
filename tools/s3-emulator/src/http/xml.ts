const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A piece of XML text that needs no more escaping. */
export interface XmlNode {
  readonly xml: string;
}

type Content = string | number | boolean | XmlNode | readonly XmlNode[];

/** Makes one element; `undefined` content makes no element. */
export function element(name: string, content: Content | undefined): XmlNode {
  return { xml: content === undefined ? '' : `<${name}>${inner(content)}</${name}>` };
}

/** Makes a whole answer in the S3 namespace. */
export function xmlDocument(root: string, children: readonly XmlNode[] | string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${inner(children)}</${root}>`;
}

/** Makes an error document, which has no namespace. */
export function errorDocument(children: readonly XmlNode[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner(children)}</Error>`;
}

function inner(content: Content): string {
  if (typeof content === 'object') return 'xml' in content ? content.xml : content.map((node) => node.xml).join('');
  return escapeXml(String(content));
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters become character references, which XML 1.0 parsers may refuse: that is what encoding-type=url is for. */
function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[&<>"\u0000-\u001f]/g, (character) => NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16)};`);
}
