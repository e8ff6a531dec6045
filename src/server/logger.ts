import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config';

export type HubLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * Structured logs, one JSON object a line, to standard error: standard output belongs to what a command prints.
 * Nothing that a reader sends or gets is ever passed to it: no variables, tokens, ids of facts or parameters of SQL.
 */
export function createLogger(level: LogLevel, destination: DestinationStream = pino.destination(2)): HubLogger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
