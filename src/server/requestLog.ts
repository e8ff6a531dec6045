import type { RequestHandler } from 'express';
import type { HubLogger } from './logger';
import { noteOn } from './requestContext';

/** One line for each request when its answer is out: no address, no header, no text of the client's. */
export function logRequests(logger: HubLogger): RequestHandler {
  return (request, response, next) => {
    const startedAt = process.hrtime.bigint();
    const note = noteOn(response);
    const route = ROUTES.find((path) => path === request.path) ?? (FILE.test(request.path) ? '/releases/:id' : 'other');
    response.once('close', () => {
      const milliseconds = Number((process.hrtime.bigint() - startedAt) / 1000n) / 1000;
      const cut = !response.writableFinished;
      logger.info(
        { method: request.method, route, status: response.statusCode, milliseconds, cut, ...note },
        'request',
      );
    });
    next();
  };
}

const ROUTES = ['/graphql', '/healthz', '/readyz', '/releases', '/statistics', '/charter', '/'];
/** Of a file, that it was one; its address names the reader's own id of it. */
const FILE = /^\/releases\//;
