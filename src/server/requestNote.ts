import { createHash } from 'node:crypto';
import type { Viewer } from '../identity';

/** What the log says of one request: shapes and codes only. */
export interface RequestNote {
  viewerKind: Viewer['kind'] | null;
  /** First 16 hex digits of SHA-256 of the operation's name: the name is the client's own text. */
  operationNameHash: string | null;
  operationKind: string | null;
  outcome: string | null;
  codes: string[];
  statements: number;
}

const HASH_CHARACTERS = 16;

export function emptyNote(): RequestNote {
  return { viewerKind: null, operationNameHash: null, operationKind: null, outcome: null, codes: [], statements: 0 };
}

/** Notes of requests under way; a viewer is made anew for each request, and ends with it. */
export class RequestNotes {
  private readonly notes = new WeakMap<Viewer, RequestNote>();

  put(viewer: Viewer, note: RequestNote): void {
    this.notes.set(viewer, note);
  }

  of(viewer: Viewer): RequestNote {
    return this.notes.get(viewer) ?? emptyNote();
  }
}

export function hashOfName(name: string | null): string | null {
  return name === null ? null : createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARACTERS);
}
