import { Ctx, Field, FieldResolver, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Operation, rowById } from '../graph';
import { OrganisationView } from '../members';
import { ownName, organisationUuid, whatMayBeSeen } from './me.service';

@ObjectType({ description: 'One reason for which you may read, and how far it carries.' })
export class ReasonToRead {
  @Field(() => String, { description: 'The ground of the law, such as CUSTOMER.' })
  ground: string;

  @Field(() => String)
  meaning: string;

  @Field(() => [String], { description: 'The tiers that it opens, widest first.' })
  tiers: string[];
}

@ObjectType({ description: 'Who asks, as the hub sees you here and now.' })
export class Me {
  @Field(() => String, { description: 'PUBLIC, PERSON or MACHINE.' })
  kind: string;

  @Field(() => [String])
  roles: string[];

  @Field(() => [String], { description: 'What the credential is good for.' })
  scopes: string[];

  @Field(() => String, { nullable: true, description: 'The purpose stated for this read.' })
  purpose: string | null;

  @Field(() => String, { description: 'BCP 47.' })
  locale: string;
}

@Resolver(() => Me)
export class MeResolver {
  @Query(() => Me, { description: 'Who am I, which roles do I hold, what may I see.' })
  me(@Ctx() { viewer }: Operation): Me {
    const { kind, purpose, locale } = viewer;
    return { kind, roles: [...viewer.roles], scopes: [...viewer.scopes], purpose, locale };
  }

  @FieldResolver(() => String, { nullable: true })
  displayName(@Ctx() operation: Operation): Promise<string | null> {
    return ownName(operation);
  }

  @FieldResolver(() => OrganisationView, { nullable: true, description: 'The organisation you act for.' })
  organisation(@Ctx() operation: Operation): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, organisationUuid(operation));
  }

  @FieldResolver(() => String, { description: 'The phase of the initiative in whose name you read.' })
  async phase(@Ctx() operation: Operation): Promise<string> {
    return (await whatMayBeSeen(operation)).phase;
  }

  @FieldResolver(() => [ReasonToRead], { description: 'Every reason for which you may read, towards anybody at all.' })
  async reasonsToRead(@Ctx() operation: Operation): Promise<ReasonToRead[]> {
    return (await whatMayBeSeen(operation)).reasons;
  }

  @FieldResolver(() => [String], { description: 'What you may see, in plain words.' })
  async maySee(@Ctx() operation: Operation, @Root() _me: Me): Promise<string[]> {
    return (await whatMayBeSeen(operation)).sentences;
  }
}
