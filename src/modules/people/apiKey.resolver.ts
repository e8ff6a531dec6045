import { Arg, Args, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { ApiKeyRecord } from '../../identity';
import { type Connection, connectionOf, Operation, pageOfAll, PageOfNow } from '../graph';
import { createApiKey, listApiKeys, revokeApiKey } from './apiKey.service';

@ObjectType({
  description: 'A key by which a machine acts with a part of your rights. Its secret is shown once, when it is made.',
})
export class ApiKey {
  @Field(() => ID, { description: 'The public part.' })
  id: string;

  @Field(() => [String])
  scopes: string[];

  @Field(() => [String], { description: 'Those of your roles that it uses.' })
  roles: string[];

  @Field(() => String)
  createdAt: string;

  @Field(() => String)
  expiresAt: string;

  @Field(() => String, { nullable: true })
  revokedAt: string | null;

  @Field(() => String, { nullable: true, description: 'The day; nothing finer is kept.' })
  lastUsedOn: string | null;
}

const ApiKeyConnection = connectionOf('ApiKey', ApiKey);

@ObjectType()
export class CreateApiKeyPayload {
  @Field(() => ApiKey)
  apiKey: ApiKey;

  @Field(() => String, {
    nullable: true,
    description:
      'Send it as `Authorization: Bearer ...`. Shown this once: a repetition with the same client key has null.',
  })
  secret: string | null;
}

@InputType()
export class CreateApiKeyInput {
  @Field(() => String, { nullable: true, description: 'Your own name for this write; sent twice it is done once.' })
  clientKey?: string;

  @Field(() => [String], { description: 'Of read, write, import and export: those that you have.' })
  scopes: string[];

  @Field(() => [String], { defaultValue: [], description: 'Of the roles that you hold; none named, none used.' })
  roles: string[];

  @Field(() => Int, { description: 'How many days it is good.' })
  days: number;
}

@InputType()
export class RevokeApiKeyInput {
  @Field(() => String, { nullable: true, description: 'Your own name for this write; sent twice it is done once.' })
  clientKey?: string;

  @Field(() => ID)
  apiKey: string;
}

@Resolver()
export class ApiKeyResolver {
  @Query(() => ApiKeyConnection, { description: 'Your own keys, newest first, ended ones included.' })
  async apiKeys(@Ctx() operation: Operation, @Args(() => PageOfNow) page: PageOfNow): Promise<Connection<ApiKey>> {
    const rows = (await listApiKeys(operation)).map(shown);
    return pageOfAll(operation, { name: 'apiKeys', rows, key: ({ id }) => id }, page);
  }

  @Mutation(() => CreateApiKeyPayload)
  async createApiKey(
    @Ctx() operation: Operation,
    @Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput,
  ): Promise<CreateApiKeyPayload> {
    const { record, secret } = await createApiKey(operation, input);
    return { apiKey: shown(record), secret };
  }

  @Mutation(() => ApiKey, { description: 'Holds for the next request.' })
  async revokeApiKey(
    @Ctx() operation: Operation,
    @Arg('input', () => RevokeApiKeyInput) input: RevokeApiKeyInput,
  ): Promise<ApiKey> {
    return shown(await revokeApiKey(operation, input));
  }
}

function shown({ keyId, scopes, roles, createdAt, expiresAt, revokedAt, lastUsedOn }: ApiKeyRecord): ApiKey {
  return {
    id: keyId,
    scopes: [...scopes],
    roles: [...roles],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedOn,
  };
}
