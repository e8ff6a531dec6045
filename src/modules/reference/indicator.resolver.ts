import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { SENSITIVITIES, TIERS } from '../../policy/cells';
import { codeId, codeOfId, type Connection, listDisclosed, type ListRequest, Operation } from '../graph';
import {
  AllianceView,
  GlossaryTermView,
  IndicatorView,
  JurisdictionView,
  MineralStage,
  MineralView,
  ProductView,
} from './indicator.view';
import { glossaryList, indicatorList, jurisdictionList, mineralList, productList } from './lists';
import { partsByCode, rowByCode } from './rowsByCode';

const STAGES = `select mineral_id as parent, id, stage, product_form as "productForm", hs6, hs_edition as "hsEdition", template, eu_3tg as "eu3tg",
  eu_battery as "euBattery", note, certainty from reference.mineral_stage where mineral_id = any($1::text[]) order by id`;

@Resolver(() => IndicatorView)
export class IndicatorResolver {
  @Query(() => indicatorList.Connection, { description: 'What may be measured.' })
  indicators(
    @Ctx() operation: Operation,
    @Args(() => indicatorList.Arguments) asked: ListRequest,
  ): Promise<Connection<IndicatorView>> {
    return listDisclosed(operation, indicatorList, asked);
  }

  @Query(() => IndicatorView, { nullable: true, description: 'By code, such as `TRIR`, or by id.' })
  indicator(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<IndicatorView | null> {
    return rowByCode(operation, IndicatorView, codeOfId('indicator', id));
  }

  @FieldResolver(() => ID)
  id(@Root() indicator: IndicatorView): string {
    return codeId('indicator', indicator.id);
  }

  @FieldResolver(() => String, { description: 'As other inputs take it.' })
  code(@Root() indicator: IndicatorView): string {
    return indicator.id;
  }

  @FieldResolver(() => String, { description: 'Where a figure of a member is shared unless its owner says otherwise.' })
  defaultTier(@Root() indicator: IndicatorView): string {
    return TIERS[indicator.memberTier] ?? 'OWNER_ONLY';
  }

  @FieldResolver(() => String, { description: 'Where a figure of a site is shared unless its owner says otherwise.' })
  siteDefaultTier(@Root() indicator: IndicatorView): string {
    return TIERS[indicator.siteTier] ?? 'OWNER_ONLY';
  }

  @FieldResolver(() => String)
  sensitivity(@Root() indicator: IndicatorView): string {
    return SENSITIVITIES[indicator.sensitivityCode] ?? 'DERIVED';
  }
}

@Resolver(() => MineralView)
export class MineralResolver {
  @Query(() => mineralList.Connection)
  minerals(
    @Ctx() operation: Operation,
    @Args(() => mineralList.Arguments) asked: ListRequest,
  ): Promise<Connection<MineralView>> {
    return listDisclosed(operation, mineralList, asked);
  }

  @FieldResolver(() => ID)
  id(@Root() mineral: MineralView): string {
    return codeId('mineral', mineral.id);
  }

  @FieldResolver(() => String, { description: 'As other inputs take it, such as `cobalt`.' })
  code(@Root() mineral: MineralView): string {
    return mineral.id;
  }

  @FieldResolver(() => [MineralStage], { description: 'Product forms by stage.' })
  stages(@Ctx() operation: Operation, @Root() mineral: MineralView): Promise<MineralStage[]> {
    return partsByCode(operation, 'mineral.stages', STAGES, mineral.id);
  }
}

@Resolver(() => ProductView)
export class ProductResolver {
  @Query(() => productList.Connection, { description: 'What is traded, by heading of the Harmonized System.' })
  products(
    @Ctx() operation: Operation,
    @Args(() => productList.Arguments) asked: ListRequest,
  ): Promise<Connection<ProductView>> {
    return listDisclosed(operation, productList, asked);
  }

  @FieldResolver(() => ID)
  id(@Root() product: ProductView): string {
    return product.id;
  }

  @FieldResolver(() => MineralView, { nullable: true })
  mineral(@Ctx() operation: Operation, @Root() product: ProductView): Promise<MineralView | null> {
    return rowByCode(operation, MineralView, product.mineralCode);
  }
}

@Resolver(() => GlossaryTermView)
export class GlossaryResolver {
  @Query(() => glossaryList.Connection, { description: 'The common language: one agreed text per term.' })
  glossary(
    @Ctx() operation: Operation,
    @Args(() => glossaryList.Arguments) asked: ListRequest,
  ): Promise<Connection<GlossaryTermView>> {
    return listDisclosed(operation, glossaryList, asked);
  }

  @FieldResolver(() => ID)
  id(@Root() term: GlossaryTermView): string {
    return term.id;
  }
}

@Resolver(() => JurisdictionView)
export class JurisdictionResolver {
  @Query(() => jurisdictionList.Connection)
  jurisdictions(
    @Ctx() operation: Operation,
    @Args(() => jurisdictionList.Arguments) asked: ListRequest,
  ): Promise<Connection<JurisdictionView>> {
    return listDisclosed(operation, jurisdictionList, asked);
  }
}

@Resolver(() => AllianceView)
export class AllianceResolver {
  @Query(() => AllianceView, { nullable: true, description: 'The alliance: its objective is public.' })
  async alliance(@Ctx() operation: Operation): Promise<AllianceView | null> {
    const [row] = await operation.rows<{ id: string }>('select id from reference.alliance order by id limit 1');
    return row === undefined ? null : rowByCode(operation, AllianceView, row.id);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() alliance: AllianceView): string {
    return operation.encodeId('alliance', alliance.id);
  }
}
