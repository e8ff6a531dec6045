import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { IssueList } from '../kernel/issues';
import { isRole, type Role } from './roles';

export interface Purpose {
  /** Upper-case code, as stated in the header. */
  readonly code: string;
  /** What a reader who states it promises, in plain language. */
  readonly meaning: string;
  readonly statedBy: readonly Role[];
  readonly source: string;
}

/** The closed list of purposes by code. */
export type PurposeList = ReadonlyMap<string, Purpose>;

const CODE_PATTERN = /^[A-Z][A-Z_]{2,39}$/;
const MEANING_PATTERN = /^[^\p{C}]{10,200}$/u;
const KEYS: readonly string[] = ['code', 'meaning', 'statedBy', 'source'];

/** @throws DomainError VALIDATION naming every fault of the file. */
export function readPurposes(policiesFolder: string): PurposeList {
  return parsePurposes(readFileSync(join(policiesFolder, 'purposes.yaml'), 'utf8'));
}

/** @param text YAML: a list of {code, meaning, statedBy, source}. @throws DomainError VALIDATION naming every fault. */
export function parsePurposes(text: string): PurposeList {
  const listed: unknown = parse(text);
  const issues = new IssueList();
  const purposes = new Map<string, Purpose>();
  if (!Array.isArray(listed) || listed.length === 0) issues.add([], 'PURPOSES.LIST', 'give a list of purposes');
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
  for (const [index, entry] of entries.entries()) {
    const purpose = purposeOf(entry, index, issues);
    if (purpose.code !== '' && purposes.has(purpose.code))
      issues.add([index, 'code'], 'PURPOSES.DUPLICATE', `\`${purpose.code}\` is twice`);
    purposes.set(purpose.code, purpose);
  }
  issues.throwIfAny();
  return purposes;
}

function purposeOf(entry: unknown, index: number, issues: IssueList): Purpose {
  const fields = new Map<string, unknown>(typeof entry === 'object' && entry !== null ? Object.entries(entry) : []);
  for (const key of fields.keys()) {
    if (!KEYS.includes(key)) issues.add([index, key], 'PURPOSES.UNKNOWN_KEY', 'no such field');
  }
  const text = (key: string, pattern: RegExp): string => {
    const value = fields.get(key);
    if (typeof value === 'string' && pattern.test(value)) return value;
    issues.add([index, key], 'PURPOSES.FORMAT', `must match ${pattern.source}`);
    return '';
  };
  return {
    code: text('code', CODE_PATTERN),
    meaning: text('meaning', MEANING_PATTERN),
    statedBy: rolesOf(fields.get('statedBy'), index, issues),
    source: text('source', MEANING_PATTERN),
  };
}

/** A purpose that names nobody, or somebody unknown, is a mistake of the file: it must not come to mean everybody. */
function rolesOf(value: unknown, index: number, issues: IssueList): Role[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : [];
  if (names.length === 0) issues.add([index, 'statedBy'], 'PURPOSES.ROLES', 'name at least one role');
  const roles: Role[] = [];
  for (const [position, name] of names.entries()) {
    if (typeof name === 'string' && isRole(name)) roles.push(name);
    else issues.add([index, 'statedBy', position], 'PURPOSES.ROLE', 'no such role');
  }
  return roles;
}
