import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import type { HubLogger } from './logger';
import { internalFace } from './publicError';
import { noteOn } from './requestContext';

/** An answer in the shape of GraphQL for what never reached GraphQL. */
export function answerError(response: Response, status: number, message: string, code: string): void {
  noteOn(response).codes = [code];
  response.status(status).json({ errors: [{ message, extensions: { code } }] });
}

/** GET would put operations and variables into addresses, which histories, proxies and logs keep. */
export const postOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'POST') return next();
  response.setHeader('Allow', 'POST');
  answerError(response, 405, 'send operations by POST', 'BAD_REQUEST');
};

/** Compressed bodies are refused: a small one could unpack to anything. */
export function jsonBody(bytesMax: number): RequestHandler {
  return express.json({ limit: bytesMax, inflate: false, strict: true, type: 'application/json' });
}

export const refuseUnknownPath: RequestHandler = (_request, response) => {
  answerError(response, 404, 'there is nothing at this address', 'NOT_FOUND');
};

interface BodyFault {
  status: number;
  message: string;
}

/** The last handler: faults of the body by their kind, everything else as our own. */
export function bodyErrors(logger: HubLogger, bytesMax: number): ErrorRequestHandler {
  const faults: Readonly<Record<string, BodyFault>> = {
    'entity.too.large': { status: 413, message: `the body is larger than ${Math.floor(bytesMax / 1024)} kB` },
    'entity.parse.failed': { status: 400, message: 'the body is no valid JSON' },
    'encoding.unsupported': { status: 415, message: 'send the body uncompressed' },
    'charset.unsupported': { status: 415, message: 'send the body in UTF-8' },
    'request.size.invalid': { status: 400, message: 'the body is not as long as its header says' },
    'request.aborted': { status: 400, message: 'the body ended early' },
  };
  return (error: unknown, _request, response, _next) => {
    // After an answer that came in its place, as when time was up, there is nothing left to say.
    if (response.headersSent) return;
    const fault = faults[typeOf(error)];
    if (fault !== undefined) return answerError(response, fault.status, fault.message, 'BAD_REQUEST');
    const face = internalFace(error, logger);
    noteOn(response).codes = [String(face.extensions?.code)];
    response.status(500).json({ errors: [face] });
  };
}

function typeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : '';
}
