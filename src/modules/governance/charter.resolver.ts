import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { Operation } from '../graph';
import { charterInForce } from './charterInForce';

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

  @Field(() => [String], {
    description: 'Who outside the alliance reads the figure itself, and the statistics made over it.',
  })
  usedOutside: readonly string[];
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

@ObjectType({
  description: 'What a reader of non-public data may say that it is for; stated with each read, and recorded.',
})
export class CharterPurpose {
  @Field(() => String)
  code: string;

  @Field(() => String)
  meaning: string;
}

@ObjectType({ description: 'The information charter that every member signs, generated from the law in force.' })
export class CharterDocument {
  @Field(() => String)
  version: string;

  @Field(() => [CharterFigure])
  expected: readonly CharterFigure[];

  @Field(() => [CharterRuleType])
  rules: readonly CharterRuleType[];

  @Field(() => [CharterPurpose])
  purposes: readonly CharterPurpose[];
}

@Resolver()
export class CharterResolver {
  @Query(() => CharterDocument, {
    description:
      'What is expected of members, who sees it, and how it is used outside; readable without login. Also as a page: /charter.',
  })
  charter(@Ctx() operation: Operation): CharterDocument {
    const { catalogue, catalogueLaw, masks, purposes } = operation.services;
    return {
      ...charterInForce({ masks, catalogue, catalogueLaw }),
      purposes: [...purposes.values()].map(({ code, meaning }) => ({ code, meaning })),
    };
  }
}
