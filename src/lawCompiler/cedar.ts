import './wasmCalls';

/** The policy engine; imported through this file only, so that it never runs without the setting above. */
export {
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
  type DetailedError,
  type EntityJson,
  type EntityUidJson,
} from '@cedar-policy/cedar-wasm/nodejs';
