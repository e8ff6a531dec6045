import { ArgsType, Field, InputType, Int } from 'type-graphql';
import {
  BooleanFilter,
  CodeFilter,
  CodeListFilter,
  connectionOf,
  type ListDefinition,
  OrderDirection,
  orderInputOf,
  TextFilter,
} from '../graph';
import { GlossaryTermView, IndicatorView, JurisdictionView, MineralView } from './indicator.view';
import { EquivalenceView, RequirementView, StandardView } from './standard.view';

/** As every list, but without `asOf`: the catalogue is what its files say. */
@ArgsType()
export class CataloguePage {
  @Field(() => Int, { nullable: true, description: 'Rows from the start or after a cursor: 1 to 100, 20 by default.' })
  first?: number;

  @Field(() => String, { nullable: true })
  after?: string;

  @Field(() => Int, { nullable: true, description: 'Rows before a cursor or at the end.' })
  last?: number;

  @Field(() => String, { nullable: true })
  before?: string;
}

@InputType({ description: 'Which standards; all conditions must hold.' })
export class StandardFilter {
  @Field(() => CodeFilter, { nullable: true })
  code?: CodeFilter;

  @Field(() => TextFilter, { nullable: true })
  name?: TextFilter;

  @Field(() => CodeFilter, { nullable: true })
  kind?: CodeFilter;

  @Field(() => CodeListFilter, { nullable: true })
  scopeMinerals?: CodeListFilter;
}
export const StandardOrder = orderInputOf('Standard', { name: 'name', kind: 'kind' } as const);
export const StandardConnection = connectionOf('Standard', StandardView);
export const standardList: ListDefinition<StandardView> = {
  view: StandardView,
  filters: { code: 'id', name: 'name', kind: 'kind', scopeMinerals: 'scopeMinerals' },
  orders: ['name', 'kind'],
  defaultOrder: [{ field: 'name', direction: OrderDirection.ASC }],
};

@InputType({ description: 'Which rows of the crosswalk; all conditions must hold.' })
export class RequirementFilter {
  @Field(() => CodeFilter, { nullable: true })
  standard?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  topic?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  coverage?: CodeFilter;
}
export const RequirementConnection = connectionOf('Requirement', RequirementView);
export const requirementList: ListDefinition<RequirementView> = {
  view: RequirementView,
  filters: { standard: 'standardCode', topic: 'topic', coverage: 'coverage' },
  orders: ['topic'],
  defaultOrder: [{ field: 'topic', direction: OrderDirection.ASC }],
};

@InputType({ description: 'Which equivalences; all conditions must hold.' })
export class EquivalenceFilter {
  @Field(() => CodeFilter, { nullable: true })
  fromStandard?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  toStandard?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  degree?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  state?: CodeFilter;
}
export const EquivalenceConnection = connectionOf('Equivalence', EquivalenceView);
export const equivalenceList: ListDefinition<EquivalenceView> = {
  view: EquivalenceView,
  filters: { fromStandard: 'fromStandard', toStandard: 'toStandard', degree: 'degree', state: 'state' },
  orders: ['fromStandard'],
  defaultOrder: [{ field: 'fromStandard', direction: OrderDirection.ASC }],
};

@InputType({ description: 'Which indicators; all conditions must hold.' })
export class IndicatorFilter {
  @Field(() => CodeFilter, { nullable: true })
  code?: CodeFilter;

  @Field(() => TextFilter, { nullable: true })
  name?: TextFilter;

  @Field(() => CodeFilter, { nullable: true })
  csi?: CodeFilter;

  @Field(() => CodeListFilter, { nullable: true })
  levels?: CodeListFilter;
}
export const IndicatorOrder = orderInputOf('Indicator', { name: 'name' } as const);
export const IndicatorConnection = connectionOf('Indicator', IndicatorView);
export const indicatorList: ListDefinition<IndicatorView> = {
  view: IndicatorView,
  filters: { code: 'id', name: 'name', csi: 'csi', levels: 'levels' },
  orders: ['name'],
  defaultOrder: [{ field: 'name', direction: OrderDirection.ASC }],
};

@InputType({ description: 'Which minerals; all conditions must hold.' })
export class MineralFilter {
  @Field(() => CodeFilter, { nullable: true })
  code?: CodeFilter;

  @Field(() => TextFilter, { nullable: true })
  name?: TextFilter;

  @Field(() => CodeFilter, { nullable: true })
  sector?: CodeFilter;
}
export const MineralConnection = connectionOf('Mineral', MineralView);
export const mineralList: ListDefinition<MineralView> = {
  view: MineralView,
  filters: { code: 'id', name: 'name', sector: 'sector' },
  orders: ['name'],
  defaultOrder: [{ field: 'name', direction: OrderDirection.ASC }],
};

@InputType({ description: 'Which terms; all conditions must hold.' })
export class GlossaryFilter {
  @Field(() => TextFilter, { nullable: true })
  term?: TextFilter;

  @Field(() => CodeFilter, { nullable: true })
  language?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  state?: CodeFilter;
}
export const GlossaryTermConnection = connectionOf('GlossaryTerm', GlossaryTermView);
export const glossaryList: ListDefinition<GlossaryTermView> = {
  view: GlossaryTermView,
  filters: { term: 'term', language: 'language', state: 'state' },
  orders: ['term'],
  defaultOrder: [{ field: 'term', direction: OrderDirection.ASC }],
};

@InputType({ description: 'Which jurisdictions; all conditions must hold.' })
export class JurisdictionFilter {
  @Field(() => CodeFilter, { nullable: true })
  code?: CodeFilter;

  @Field(() => TextFilter, { nullable: true })
  name?: TextFilter;

  @Field(() => BooleanFilter, { nullable: true })
  cahra?: BooleanFilter;
}
export const JurisdictionConnection = connectionOf('Jurisdiction', JurisdictionView);
export const jurisdictionList: ListDefinition<JurisdictionView> = {
  view: JurisdictionView,
  filters: { code: 'code', name: 'name', cahra: 'cahra' },
  orders: ['name'],
  defaultOrder: [{ field: 'name', direction: OrderDirection.ASC }],
};
