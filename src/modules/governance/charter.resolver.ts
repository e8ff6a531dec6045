import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { TIERS } from '../../policy/cells';
import { charterOf } from '../../policy/charter';
import { Operation } from '../graph';
import { sensitivityOf } from '../reference';

@ObjectType({
  description: 'A figure that members are expected to report, and who sees it where its owner says nothing.',
})
export class CharterFigure {
  @Field(() => String)
  code: string;

  @Field(() => String)
  name: string;

  @Field(() => String)
  unit: string;

  @Field(() => String)
  tier: string;

  @Field(() => [String])
  seenBy: readonly string[];
}

@ObjectType({ description: 'A rule of the law in one sentence, with its basis.' })
export class CharterRuleType {
  @Field(() => String)
  id: string;

  @Field(() => Boolean, { description: 'Whether it opens; otherwise it closes, whatever opens.' })
  opens: boolean;

  @Field(() => String)
  reason: string;

  @Field(() => String)
  basis: string;
}

@ObjectType({ description: 'The information charter that every member signs, generated from the law in force.' })
export class CharterDocument {
  @Field(() => String)
  version: string;

  @Field(() => [CharterFigure])
  expected: readonly CharterFigure[];

  @Field(() => [CharterRuleType])
  rules: readonly CharterRuleType[];
}

@Resolver()
export class CharterResolver {
  @Query(() => CharterDocument, { description: 'What is expected of members and who sees it; readable without login.' })
  charter(@Ctx() operation: Operation): CharterDocument {
    const { catalogue, catalogueLaw, masks } = operation.services;
    const indicators = catalogue.indicators.map((row) => ({
      code: row.indicatorId,
      name: row.name,
      unit: row.unit,
      tier: row.levels.includes('SITE') ? row.siteDefaultTier : row.defaultTier,
      sensitivity: sensitivityOf(row, catalogueLaw),
      dataClass: row.dataClass,
    }));
    return charterOf(masks, indicators, TIERS);
  }
}
