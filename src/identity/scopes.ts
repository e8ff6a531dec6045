/** What a credential may be used for; a person who signs in has all, a machine only those named on its key or token. */
export const SCOPES = ['read', 'write', 'import', 'export'] as const;

export type Scope = (typeof SCOPES)[number];

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
