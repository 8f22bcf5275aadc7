import { renderTypeMap } from '@tidemark/ddl-optimizer';
import { renderErrors } from './render-errors.ts';
import { renderExitCodes } from './render-exit-codes.ts';

/** Documents that are made from code: path from the workspace's root, and text. */
export function generatedDocuments(): readonly { readonly path: string; readonly text: string }[] {
  return [
    { path: 'docs/errors.md', text: renderErrors() },
    { path: 'docs/exit-codes.md', text: renderExitCodes() },
    { path: 'docs/types.md', text: renderTypeMap() },
  ];
}
