import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** A link of a page to a file of the workspace, or to a heading. */
interface PageLink {
  readonly target: string;
  /** Line of the page, from 1. */
  readonly line: number;
}

/** A page whose fenced blocks are empty lines. */
function withoutFences(markdown: string): string {
  let fence: string | undefined;
  const lines = markdown.split('\n').map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && mark === undefined) return line;
    if (fence === undefined) fence = mark;
    else if (mark !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = undefined;
    return '';
  });
  return lines.join('\n');
}

/** The relative links of a page; those to other hosts are none. */
function relativeLinks(markdown: string): readonly PageLink[] {
  return withoutFences(markdown).split('\n').flatMap((text, index) =>
    [...text.replaceAll(/`[^`]*`/g, '`').matchAll(/\]\(<?([^()\s>]+(?:\([^()\s]*\))?)>?(?:\s+"[^"]*")?\)/g)]
      .map(([, target]) => ({ target: target!, line: index + 1 }))
      .filter(({ target }) => !/^[a-z][a-z+.-]*:/i.test(target)),
  );
}

/** The anchors of a page: its `<a id>`, and those that GitHub makes of its headings, a repeated one with a number. */
export function pageAnchors(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const line of withoutFences(markdown).split('\n')) {
    for (const [, id] of line.matchAll(/<a id="([^"]+)">/g)) anchors.add(id!);
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/\\(.)/g, '$1');
    const slug = text.toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return anchors;
}

/**
 * What is wrong with the relative links of some pages: files that are not there, anchors that the page does not have,
 * and paths that leave the workspace.
 *
 * @param pages absolute paths
 * @returns each with the page and the line: `docs/types.md:12: policy.md is not there`
 */
export function brokenLinks(root: string, pages: readonly string[]): readonly string[] {
  const anchorsOf = new Map<string, ReadonlySet<string>>();
  const hasAnchor = (page: string, anchor: string): boolean => {
    let anchors = anchorsOf.get(page);
    if (anchors === undefined) anchorsOf.set(page, (anchors = pageAnchors(readFileSync(page, 'utf8'))));
    return anchors.has(anchor);
  };
  return pages.flatMap((page) =>
    relativeLinks(readFileSync(page, 'utf8')).flatMap(({ target, line }) => {
      const at = target.indexOf('#');
      const [path, anchor] = at < 0 ? [target, ''] : [target.slice(0, at), decodeURIComponent(target.slice(at + 1))];
      const file = path === '' ? page : resolve(dirname(page), decodeURIComponent(path));
      const place = `${relative(root, page)}:${line}`;
      if (file !== root && !file.startsWith(join(root, '/'))) return [`${place}: ${target} leaves the workspace`];
      if (!existsSync(file)) return [`${place}: ${target} is not there`];
      if (anchor === '') return [];
      if (statSync(file).isDirectory()) return [`${place}: ${target} is a folder, which has no headings`];
      return hasAnchor(file, anchor) ? [] : [`${place}: ${target} names no place of the page`];
    }),
  );
}

/** Folders of the workspace whose files pages name in code. */
const NAMED_FOLDERS = /^(?:apps|docs|libs|scripts|tools)\//;

/**
 * Files and folders that some pages name in inline code and that are not there: `libs/domain/src/secret.ts`. A path with a placeholder is none.
 *
 * @param pages absolute paths
 * @returns each with the page and the line
 */
export function missingPaths(root: string, pages: readonly string[]): readonly string[] {
  return pages.flatMap((page) =>
    withoutFences(readFileSync(page, 'utf8')).split('\n').flatMap((text, index) =>
      [...text.matchAll(/`([^`\s]+)`/g)].map(([, path]) => path!)
        .filter((path) => NAMED_FOLDERS.test(path) && !/[*{}<>…]|NAME/.test(path) && !existsSync(join(root, path)))
        .map((path) => `${relative(root, page)}:${index + 1}: ${path} is not there`),
    ),
  );
}
