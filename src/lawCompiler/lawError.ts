/** The law cannot be compiled: the build stops, and the old build stays in force. The message is for its authors. */
export class LawError extends Error {
  override readonly name = 'LawError';
}
