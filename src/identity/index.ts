export { ApiKeys, API_KEY_PREFIX } from './apiKeys';
export type { ApiKeyHolder, ApiKeyInput, ApiKeyRecord, ApiKeysSettings, ApiKeyStore, VerifiedApiKey } from './apiKeys';
export { PostgresApiKeyStore } from './apiKeyStore';
export { parseContextHeaders } from './contextHeaders';
export type { RequestHeaders, StatedContext } from './contextHeaders';
export { authenticate } from './credential';
export type { Authenticators, Credential } from './credential';
export { DEMO_IDENTITIES, findDemoIdentity } from './demoIdentities';
export type { DemoIdentity } from './demoIdentities';
export type {
  Affiliation,
  Directory,
  InitiativeRecord,
  PersonRecord,
  RoleScope,
  RoleTenure,
  Standing,
  Tenure,
  Wall,
} from './directory';
export { remoteKeySet } from './keySet';
export type { Clock, KeySource, RemoteKeySetSettings } from './keySet';
export { KEY_SET_PATH, openLocalIssuer, OPENID_CONFIGURATION_PATH } from './localIssuer';
export type { LocalIssuer, LocalIssuerSettings, OpenidConfiguration, TokenRequest } from './localIssuer';
export { createTokenVerifier } from './oidc';
export type { TokenVerifier, TokenVerifierSettings, VerifiedToken } from './oidc';
export { parsePurposes, readPurposes } from './purposes';
export type { Purpose, PurposeList } from './purposes';
export { isHeldRole, isOffice, isRole, ROLES } from './roles';
export type { HeldRole, Role } from './roles';
export { isScope, SCOPES } from './scopes';
export type { Scope } from './scopes';
export { readOrCreateSecretFile } from './secretFile';
export { readIdentityThresholds } from './thresholds';
export type { IdentityThresholds } from './thresholds';
export { unauthenticated } from './unauthenticated';
export { rememberVerifiedTokens } from './verifiedTokens';
export type { VerifiedTokensSettings } from './verifiedTokens';
export { PUBLIC_DESK_NO, PUBLIC_ID_KEY, resolveViewer } from './viewer';
export type { Viewer, ViewerRules } from './viewer';
