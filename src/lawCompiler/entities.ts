import type { EntityJson, EntityUidJson } from './cedar';
import { COMPETITIVELY_SENSITIVE, cellName, type Cell } from '../policy/cells';
import { plainGround, type GroundName } from '../policy/grounds';
import type { PhaseGates } from './phaseGates';

const VERTICAL: readonly GroundName[] = ['CUSTOMER', 'SUPPLIER'];
const CHAIN: readonly GroundName[] = ['DOWNSTREAM', 'UPSTREAM'];
const NAMED: readonly GroundName[] = ['PARTY', 'GRANT'];
const STAFF: readonly GroundName[] = ['ANALYST', 'COUNSEL', 'SECRETARIAT'];
const OUTSIDE: readonly GroundName[] = ['ANYONE', 'MEMBER', 'PARTNER', 'POLICY_MAKER'];

/** The question of one gate: which entity stands for the cell, and which action passes it. */
export interface GateQuestion {
  readonly action: EntityUidJson;
  readonly cell: EntityJson;
}

function code(type: string, id: string): { __entity: { type: string; id: string } } {
  return { __entity: { type, id } };
}

export function groundUid(name: string): EntityUidJson {
  return { type: 'Ground', id: name };
}

/** A ground with the attributes that `policies/law/schema.cedarschema` explains. */
export function groundEntity(name: GroundName): EntityJson {
  const { ground, competitor } = plainGround(name);
  return {
    uid: groundUid(name),
    attrs: {
      relation: code('Relation', ground),
      competitor,
      vertical: VERTICAL.includes(ground),
      chain: CHAIN.includes(ground),
      named: NAMED.includes(ground),
      staff: STAFF.includes(ground),
      outside: OUTSIDE.includes(ground),
    },
    parents: [],
  };
}

/** A cell as the law sees it; the audience of a phase cell comes from the phase gates, which stay its only source. */
export function gateQuestion(cell: Cell, audienceOf: PhaseGates): GateQuestion {
  const id = cellName(cell);
  switch (cell.gate) {
    case 'tier':
      return {
        action: { type: 'Action', id: 'passTier' },
        cell: { uid: { type: 'TierCell', id }, attrs: { tier: code('Tier', cell.tier) }, parents: [] },
      };
    case 'sensitivity':
      return {
        action: { type: 'Action', id: 'passSensitivity' },
        cell: {
          uid: { type: 'SensitivityCell', id },
          attrs: {
            sensitivity: code('Sensitivity', cell.sensitivity),
            age: code('Age', cell.age),
            competitivelySensitive: COMPETITIVELY_SENSITIVE.includes(cell.sensitivity),
            conditional: cell.sensitivity === 'DERIVED' || cell.sensitivity === 'INTENSITY',
            protective: ['PERSONAL', 'SECURITY', 'INDIGENOUS'].includes(cell.sensitivity),
            aged: cell.age === 'THREE_MONTHS' || cell.age === 'TWELVE_MONTHS',
          },
          parents: [],
        },
      };
    case 'phase':
      return {
        action: { type: 'Action', id: 'passPhase' },
        cell: {
          uid: { type: 'PhaseCell', id },
          attrs: {
            phase: code('Phase', cell.phase),
            dataClass: code('DataClass', cell.dataClass),
            audience: code('Audience', audienceOf(cell.phase, cell.dataClass)),
          },
          parents: [],
        },
      };
  }
}
