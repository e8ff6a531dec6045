import type { RequestHandler, Response } from 'express';

/**
 * What every answer carries, whatever wrote it: nothing is kept by a cache, a browser neither guesses types nor frames the
 * page nor tells where it came from (OWASP Secure Headers). No ETag: it would be a hash of what one reader saw.
 */
const EVERY_ANSWER: Readonly<Record<string, string>> = {
  'Cache-Control': 'private, no-store',
  Vary: 'Authorization',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
};

/** Where no page is served, nothing may be loaded. */
export const NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Sets them at the last moment, so that no library in between can loosen them. */
export const answerHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('Content-Security-Policy', NO_CONTENT_POLICY);
  beforeHead(response, () => {
    for (const [name, value] of Object.entries(EVERY_ANSWER)) response.setHeader(name, value);
    for (const name of ['ETag', 'Last-Modified', 'X-Powered-By']) response.removeHeader(name);
  });
  next();
};

function beforeHead(response: Response, set: () => void): void {
  const original: (...parameters: never[]) => Response = response.writeHead;
  response.writeHead = function writeHead(...parameters: never[]): Response {
    set();
    return original.apply(response, parameters);
  };
}
