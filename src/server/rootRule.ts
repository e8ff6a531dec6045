import type { Role, Scope, Viewer } from '../identity';
import { DomainError } from '../kernel/errors';

/**
 * Who may ask a root field at all; what the answer holds is decided below, by the disclosed views.
 * open: everybody, the public included. signedIn: anybody with a credential. member: whoever acts for an organisation that
 * is not shut out. roles: whoever holds one of them here and now.
 */
export type RootRule =
  | { readonly audience: 'open' | 'signedIn' | 'member'; readonly scope: Scope }
  | { readonly audience: 'roles'; readonly roles: readonly Role[]; readonly scope: Scope };

export type RootRules = Readonly<Record<'Query' | 'Mutation' | 'Subscription', Readonly<Record<string, RootRule>>>>;

export const open: RootRule = { audience: 'open', scope: 'read' };
export const signedIn: RootRule = { audience: 'signedIn', scope: 'read' };
export const member: RootRule = { audience: 'member', scope: 'read' };

export function role(...roles: readonly Role[]): RootRule {
  return { audience: 'roles', roles, scope: 'read' };
}

/** The same audience, with the scope that its credential must have. */
export function withScope(scope: Scope, audience: RootRule): RootRule {
  return { ...audience, scope };
}

/** Null when the viewer may ask; else the refusal, the same whatever the arguments are. */
export function refusalOf(rule: RootRule, viewer: Viewer): DomainError | null {
  if (rule.audience !== 'open' && viewer.kind === 'PUBLIC') {
    return new DomainError('UNAUTHENTICATED', 'this needs a credential', { next: 'sign in, or send an API key' });
  }
  if (!viewer.scopes.includes(rule.scope)) {
    const next = `use a credential with the scope \`sluice:${rule.scope}\``;
    return new DomainError('POLICY_DENIED', 'the credential is not good for this', { rule: 'SHIELD.SCOPE', next });
  }
  if (isInAudience(rule, viewer)) return null;
  return new DomainError('POLICY_DENIED', 'this is not open to your role', { rule: 'SHIELD.ROLE' });
}

/** Null unless counsel holds the question back; counsel itself may look at what it holds. */
export function frozenRefusal(frozen: readonly string[], question: string, viewer: Viewer): DomainError | null {
  if (!frozen.includes(question) || viewer.roles.includes('COMPETITION_COUNSEL')) return null;
  const next = 'ask competition counsel';
  return new DomainError('POLICY_DENIED', 'counsel holds this question back', { rule: 'counsel.freeze', next });
}

function isInAudience(rule: RootRule, viewer: Viewer): boolean {
  switch (rule.audience) {
    case 'open':
    case 'signedIn':
      return true;
    case 'member':
      return viewer.organisationNo !== null && !viewer.roles.includes('PUBLIC');
    case 'roles':
      return rule.roles.some((name) => viewer.roles.includes(name));
  }
}
