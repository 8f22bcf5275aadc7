/** The newest format version of every stored document that this library reads and the one it writes. */
export const FORMAT_VERSION = 1;
