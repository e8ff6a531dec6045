import { codeOfId, registerNode } from '../graph';
import {
  AllianceResolver,
  GlossaryResolver,
  IndicatorResolver,
  JurisdictionResolver,
  MineralResolver,
  ProductResolver,
} from './indicator.resolver';
import { AllianceView, IndicatorView, MineralView } from './indicator.view';
import { rowByCode } from './rowsByCode';
import { EquivalenceResolver, RequirementResolver, StandardResolver } from './standard.resolver';
import { EquivalenceView, StandardView } from './standard.view';

export { type EquivalenceReach, reachOf, reachTogether, topicsOf, WHOLE_STANDARD } from './equivalenceReach';
export { loadCatalogue, parseCatalogue, type Catalogue } from './catalogue';
export { indicatorClasses } from './indicatorClasses';
export { type KnownRequirement, type KnownStandards, knownStandards, knownStandardsIn } from './knownStandards';
export { packageRoot } from './packageRoot';
export type {
  EquivalenceRow,
  GlossaryRow,
  IndicatorRow,
  MineralStageRow,
  PhaseGateRow,
  RequirementRow,
  StandardRow,
} from './rows';
export { loadCatalogueIntoDatabase, readCatalogueLaw, sensitivityOf, type CatalogueLaw } from './loadIntoDatabase';

export { rowByCode } from './rowsByCode';
export { StandardView } from './standard.view';

registerNode('standard', (operation, id) => rowByCode(operation, StandardView, codeOfId('standard', id)));
registerNode('equivalence', (operation, id) => rowByCode(operation, EquivalenceView, codeOfId('equivalence', id)));
registerNode('indicator', (operation, id) => rowByCode(operation, IndicatorView, codeOfId('indicator', id)));
registerNode('mineral', (operation, id) => rowByCode(operation, MineralView, codeOfId('mineral', id)));
registerNode('alliance', (operation, id) => {
  const uuid = operation.decodeId(id, 'alliance');
  return uuid === null ? Promise.resolve(null) : rowByCode(operation, AllianceView, uuid);
});

export const resolvers = [
  AllianceResolver,
  EquivalenceResolver,
  GlossaryResolver,
  IndicatorResolver,
  JurisdictionResolver,
  MineralResolver,
  ProductResolver,
  RequirementResolver,
  StandardResolver,
] as const;
