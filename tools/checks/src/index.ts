export { CATALOGUES } from './error-catalogues.ts';
export { generatedDocuments } from './generated-documents.ts';
export { knownErrors, renderErrors } from './render-errors.ts';
export { renderExitCodes } from './render-exit-codes.ts';
