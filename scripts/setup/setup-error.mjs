/** Set-up cannot go on; `remedy` holds the lines that tell a person what to type. */
export class SetupError extends Error {
  /**
   * @param {string} message one sentence
   * @param {string[]} remedy
   */
  constructor(message, remedy) {
    super(message);
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}
