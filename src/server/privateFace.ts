import { DomainError, InvariantError } from '../kernel/errors';

/** What the log keeps of an error: enough to find the fault, nothing that a member contributed. */
export interface PrivateFace {
  readonly name: string;
  /** SQLSTATE or system code. */
  readonly code?: string;
  readonly message?: string;
  readonly table?: string;
  readonly constraint?: string;
  readonly frames: readonly string[];
  readonly cause?: PrivateFace;
}

/**
 * Classes of SQLSTATE whose messages speak of the server and of names in statements. Those of class 22 and 23 quote values
 * and keys (`Key (lei)=(...) already exists`).
 */
const WORDS_OF_SERVER = /^(08|25|40|42|53|54|55|57|58|XX)/;
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`|\([^)]*\)/g;
const FRAMES_MAX = 12;
const CAUSES_MAX = 3;

/** The private face of anything thrown, safe to write down. */
export function privateFace(error: unknown, depth = 0): PrivateFace {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const fields = new Map<string, unknown>(Object.entries(error));
  const text = (key: string): string | undefined => {
    const value = fields.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  const code = text('code');
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...messageOf(error, code),
    ...(text('table') === undefined ? {} : { table: text('table') }),
    ...(text('constraint') === undefined ? {} : { constraint: text('constraint') }),
    frames: framesOf(error),
    ...(error.cause === undefined || depth === CAUSES_MAX ? {} : { cause: privateFace(error.cause, depth + 1) }),
  };
}

/** Ours, the server's and graphql-js's about its types; any other may quote what it stumbled over, and its frames must do. */
function messageOf(error: Error, code: string | undefined): { message?: string } {
  if (error instanceof InvariantError) return { message: error.message };
  if (error instanceof DomainError) return { message: error.publicMessage.replace(QUOTED, '…') };
  const isOfServer = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && WORDS_OF_SERVER.test(code);
  const isOfTypes = error.message.startsWith('Cannot return null for non-nullable field');
  return isOfServer || isOfTypes ? { message: error.message.replace(QUOTED, '…') } : {};
}

/** The stack without its head, which repeats the message. */
function framesOf(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return lines.slice(0, FRAMES_MAX).map((line) => line.trim());
}
