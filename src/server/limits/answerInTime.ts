import type { RequestHandler } from 'express';
import { answerError } from '../httpBody';

const MILLISECONDS_PER_SECOND = 1000;

/**
 * Answers in place of an operation that takes too long; what it still finds is thrown away. Its statements end by the
 * database's own limit.
 */
export function answerInTime(secondsMax: number): RequestHandler {
  return (_request, response, next) => {
    const timer = setTimeout(() => {
      if (response.headersSent) return;
      answerError(response, 503, 'the operation took too long', 'TIMEOUT');
    }, secondsMax * MILLISECONDS_PER_SECOND);
    response.once('close', () => clearTimeout(timer));
    next();
  };
}
