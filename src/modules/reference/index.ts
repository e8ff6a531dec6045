export { loadCatalogue, parseCatalogue, type Catalogue } from './catalogue';
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
