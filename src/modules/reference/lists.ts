import { BooleanFilter, CodeFilter, CodeListFilter, describeList, OrderDirection, TextFilter } from '../graph';
import { GlossaryTermView, IndicatorView, JurisdictionView, MineralView, ProductView } from './indicator.view';
import { EquivalenceView, RequirementView, StandardView } from './standard.view';

/** The catalogue is what its files say: its lists have no history. */
const history = false;
const { ASC } = OrderDirection;

export const standardList = describeList('Standard', StandardView, {
  ...{ plural: 'standards', history },
  filters: {
    code: { by: CodeFilter, on: 'id' },
    name: { by: TextFilter },
    kind: { by: CodeFilter },
    scopeMinerals: { by: CodeListFilter },
  },
  orders: ['name', 'kind', 'owner'],
  defaultOrder: [{ field: 'name', direction: ASC }],
});

export const requirementList = describeList('Requirement', RequirementView, {
  ...{ plural: 'rows of the crosswalk', history },
  filters: {
    standard: { by: CodeFilter, on: 'standardCode' },
    topic: { by: CodeFilter },
    coverage: { by: CodeFilter },
  },
  orders: ['topic', 'reference', 'coverage'],
  defaultOrder: [{ field: 'topic', direction: ASC }],
});

export const equivalenceList = describeList('Equivalence', EquivalenceView, {
  ...{ plural: 'equivalences', history },
  filters: {
    fromStandard: { by: CodeFilter },
    toStandard: { by: CodeFilter },
    topic: { by: CodeFilter },
    degree: { by: CodeFilter },
    state: { by: CodeFilter },
  },
  orders: ['fromStandard', 'toStandard', 'validTo'],
  defaultOrder: [{ field: 'fromStandard', direction: ASC }],
});

export const indicatorList = describeList('Indicator', IndicatorView, {
  ...{ plural: 'indicators', history },
  filters: {
    code: { by: CodeFilter, on: 'id' },
    name: { by: TextFilter },
    csi: { by: CodeFilter },
    levels: { by: CodeListFilter },
  },
  orders: ['name', 'unit'],
  defaultOrder: [{ field: 'name', direction: ASC }],
});

export const mineralList = describeList('Mineral', MineralView, {
  ...{ plural: 'minerals', history },
  filters: { code: { by: CodeFilter, on: 'id' }, name: { by: TextFilter }, sector: { by: CodeFilter } },
  orders: ['name', 'sector', 'symbol'],
  defaultOrder: [{ field: 'name', direction: ASC }],
});

export const productList = describeList('Product', ProductView, {
  ...{ plural: 'products', history },
  filters: {
    hs6: { by: CodeFilter },
    hsEdition: { by: CodeFilter },
    mineral: { by: CodeFilter, on: 'mineralCode' },
    stage: { by: CodeFilter },
    form: { by: TextFilter },
    template: { by: CodeFilter },
  },
  orders: ['hs6', 'stage', 'form'],
  defaultOrder: [{ field: 'hs6', direction: ASC }],
});

export const glossaryList = describeList('GlossaryTerm', GlossaryTermView, {
  ...{ plural: 'terms', history },
  filters: { term: { by: TextFilter }, language: { by: CodeFilter }, state: { by: CodeFilter } },
  orders: ['term', 'language', 'state'],
  defaultOrder: [{ field: 'term', direction: ASC }],
});

export const jurisdictionList = describeList('Jurisdiction', JurisdictionView, {
  ...{ plural: 'jurisdictions', history },
  filters: {
    code: { by: CodeFilter },
    name: { by: TextFilter },
    eitiStatus: { by: CodeFilter },
    cahra: { by: BooleanFilter },
  },
  orders: ['name', 'code', 'eitiStatus'],
  defaultOrder: [{ field: 'name', direction: ASC }],
});
