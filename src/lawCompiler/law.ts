import {
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  validate,
  type DetailedError,
} from './cedar';
import type { PolicyText } from '../policy/masks';
import { LawError } from './lawError';

/** A source file of the law: its name, for messages, and its text. */
export interface LawFile {
  readonly name: string;
  readonly text: string;
}

export interface LawPolicy extends PolicyText {
  readonly id: string;
  readonly file: string;
  /** Cedar text. */
  readonly source: string;
}

/** A law that parsed, validated and is ready to be asked. */
export interface Law {
  readonly policies: ReadonlyMap<string, LawPolicy>;
  /** Name under which Cedar keeps the parsed law and its schema. */
  readonly handle: string;
}

const ID_PATTERN = /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/;

function messages(errors: readonly DetailedError[]): string {
  return errors.map((error) => (error.help === null ? error.message : `${error.message} (${error.help})`)).join('; ');
}

/** Annotations are kept beside the law, because Cedar's answers do not carry them. */
function lawPolicy(source: string, file: string): LawPolicy {
  const answer = policyToJson(source);
  if (answer.type === 'failure') throw new LawError(`${file}: ${messages(answer.errors)}`);
  const { effect, annotations = {} } = answer.json;
  const id = annotations.id ?? '';
  if (!ID_PATTERN.test(id)) throw new LawError(`${file}: a policy has no @id of the form gate.what-it-says: \`${id}\``);
  const reason = annotations.reason ?? '';
  const basis = annotations.basis ?? '';
  if (reason === '' || basis === '') throw new LawError(`${file}: ${id} lacks its @reason or its @basis`);
  return { id, file, effect, reason, basis, source };
}

/** Splits the files into policies by `@id`. @throws LawError on a syntax error, a template or an id that stands twice. */
export function parsePolicies(files: readonly LawFile[]): Map<string, LawPolicy> {
  const policies = new Map<string, LawPolicy>();
  for (const file of files) {
    const parts = policySetTextToParts(file.text);
    if (parts.type === 'failure') throw new LawError(`${file.name}: ${messages(parts.errors)}`);
    if (parts.policy_templates.length > 0) throw new LawError(`${file.name}: templates are not part of this law`);
    for (const source of parts.policies) {
      const policy = lawPolicy(source, file.name);
      // Cedar's map of policies would keep the last one silently.
      if (policies.has(policy.id)) throw new LawError(`${file.name}: @id ${policy.id} stands twice`);
      policies.set(policy.id, policy);
    }
  }
  return new Map([...policies].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sources(policies: ReadonlyMap<string, LawPolicy>): Record<string, string> {
  return Object.fromEntries([...policies].map(([id, policy]) => [id, policy.source]));
}

/** Strict validation; a warning is a fault too, such as a policy that can never apply. */
function validateLaw(policies: ReadonlyMap<string, LawPolicy>, schema: string): void {
  const answer = validate({ schema, policies: { staticPolicies: sources(policies) } });
  if (answer.type === 'failure') throw new LawError(`schema: ${messages(answer.errors)}`);
  const faults = [...answer.validationErrors, ...answer.validationWarnings].map(
    ({ policyId, error }) => `${policyId}: ${messages([error])}`,
  );
  faults.push(...answer.otherWarnings.map((warning) => messages([warning])));
  if (faults.length > 0) throw new LawError(`the law does not validate: ${faults.join('; ')}`);
}

/**
 * Parses, validates and prepares a law.
 * @param handle name under which Cedar keeps it; the same handle replaces the law kept before.
 * @throws LawError on anything but a clean validation.
 */
export function loadLaw(files: readonly LawFile[], schema: string, handle: string): Law {
  const policies = parsePolicies(files);
  if (policies.size === 0) throw new LawError('the law has no policy');
  validateLaw(policies, schema);
  for (const answer of [
    preparseSchema(handle, schema),
    preparsePolicySet(handle, { staticPolicies: sources(policies) }),
  ]) {
    if (answer.type === 'failure') throw new LawError(messages(answer.errors));
  }
  return { policies, handle };
}
