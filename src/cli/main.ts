import { StartupError } from '../database/startupError';
import { DomainError } from '../kernel/errors';
import { createProgram } from './program';

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync(process.argv);
  } catch (error) {
    console.error(sentenceFor(error));
    process.exitCode = 1;
  }
}

/** One sentence for what the user can mend, everything for what we must. */
function sentenceFor(error: unknown): unknown {
  if (error instanceof StartupError) return `sluice: ${error.message}`;
  if (!(error instanceof DomainError)) return error;
  const issues = error.issues.map(({ path, hint }) => `\n  ${path.join('.')}: ${hint}`).join('');
  return `sluice: ${error.publicMessage}${error.next === undefined ? '' : `: ${error.next}`}${issues}`;
}

void main();
