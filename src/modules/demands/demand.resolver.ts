import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import {
  type Connection,
  listDisclosed,
  listDisclosedOf,
  Operation,
  type OrderTerm,
  PageArguments,
  rowById,
  rowByUnit,
} from '../graph';
import { OrganisationView } from '../members';
import { AssessmentView } from '../standards';
import {
  AmendDemandInput,
  CascadeDemandInput,
  ClaimEquivalenceInput,
  DemandInput,
  DemandPayload,
  MoveDemandInput,
  MoveResponseInput,
  ResponsePayload,
} from './demand.input';
import { amendDemand } from './amendDemand.service';
import { cascadeDemand } from './cascadeDemand.service';
import { createDemand, issueDemand, moveDemand } from './demand.service';
import { DemandResponseView, DemandView, ResponseEvidenceView } from './demand.view';
import {
  DemandConnection,
  DemandFilter,
  demandList,
  DemandOrder,
  ResponseConnection,
  responseEvidenceList,
  ResponseFilter,
  responseList,
  ResponseOrder,
} from './lists';
import { claimEquivalence, moveResponse } from './response.service';

@Resolver(() => DemandView)
export class DemandResolver {
  @Query(() => DemandConnection, { description: 'Demands you issued, and those issued to you.' })
  demands(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => DemandFilter, { nullable: true }) where?: DemandFilter,
    @Arg('orderBy', () => [DemandOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<DemandView>> {
    return listDisclosed(operation, demandList, { ...page, where, orderBy });
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() demand: DemandView): string {
    return operation.encodeId('demand', demand.id);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  issuer(@Ctx() operation: Operation, @Root() demand: DemandView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, demand.issuerId);
  }

  @FieldResolver(() => [OrganisationView], {
    nullable: true,
    description: 'For the issuer alone; null for everybody else.',
  })
  async recipients(@Ctx() operation: Operation, @Root() demand: DemandView): Promise<OrganisationView[] | null> {
    if (demand.recipientNos === null) return null;
    const found = await Promise.all(
      demand.recipientNos.map((unitNo) => rowByUnit(operation, OrganisationView, unitNo)),
    );
    return found.filter((member) => member !== null);
  }

  @FieldResolver(() => ID, { nullable: true })
  supersededBy(@Ctx() operation: Operation, @Root() demand: DemandView): string | null {
    return demand.supersededById === null ? null : operation.encodeId('demand', demand.supersededById);
  }

  @FieldResolver(() => ResponseConnection, { description: 'All answers for the issuer, its own for a recipient.' })
  responses(
    @Ctx() operation: Operation,
    @Root() demand: DemandView,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<DemandResponseView>> {
    const list = responseList(operation.services.today());
    return listDisclosedOf(operation, list, page, { property: 'demandId', id: demand.id });
  }

  @Mutation(() => DemandPayload, { description: 'A draft that nobody else sees.' })
  async createDemand(
    @Ctx() operation: Operation,
    @Arg('input', () => DemandInput) input: DemandInput,
  ): Promise<DemandPayload> {
    return demandPayload(operation, await createDemand(operation, input));
  }

  @Mutation(() => DemandPayload, { description: 'Asks members whom you trade with; none of them learns of another.' })
  async issueDemand(
    @Ctx() operation: Operation,
    @Arg('input', () => DemandInput) input: DemandInput,
  ): Promise<DemandPayload> {
    return demandPayload(operation, await issueDemand(operation, input));
  }

  @Mutation(() => DemandPayload)
  async amendDemand(
    @Ctx() operation: Operation,
    @Arg('input', () => AmendDemandInput) input: AmendDemandInput,
  ): Promise<DemandPayload> {
    return demandPayload(operation, await amendDemand(operation, input));
  }

  @Mutation(() => DemandPayload, {
    description: 'Issues a draft, deletes it, withdraws, supersedes or closes a demand.',
  })
  async moveDemand(
    @Ctx() operation: Operation,
    @Arg('input', () => MoveDemandInput) input: MoveDemandInput,
  ): Promise<DemandPayload> {
    return demandPayload(operation, await moveDemand(operation, input));
  }

  @Mutation(() => DemandPayload, { description: 'Asks the same one tier further, under your own name.' })
  async cascadeDemand(
    @Ctx() operation: Operation,
    @Arg('input', () => CascadeDemandInput) input: CascadeDemandInput,
  ): Promise<DemandPayload> {
    return demandPayload(operation, await cascadeDemand(operation, input));
  }
}

@ObjectType({ description: 'One tier of a cascaded demand: met, with a gap, or open; no names and no counts.' })
export class CascadeTier {
  @Field(() => Int)
  tier: number;

  @Field(() => String)
  outcome: string;
}

@Resolver(() => DemandResponseView)
export class DemandResponseResolver {
  @Query(() => ResponseConnection, { description: 'What you are asked, and how you answered.' })
  inbox(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => ResponseFilter, { nullable: true }) where?: ResponseFilter,
    @Arg('orderBy', () => [ResponseOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<DemandResponseView>> {
    return responsesWhere(operation, 'owner_no', { ...page, where, orderBy });
  }

  @Query(() => ResponseConnection, { description: 'What you asked, and how each recipient answered.' })
  outbox(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => ResponseFilter, { nullable: true }) where?: ResponseFilter,
    @Arg('orderBy', () => [ResponseOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<DemandResponseView>> {
    return responsesWhere(operation, 'issuer_no', { ...page, where, orderBy });
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() response: DemandResponseView): string {
    return operation.encodeId('response', response.id);
  }

  @FieldResolver(() => DemandView, { nullable: true })
  demand(@Ctx() operation: Operation, @Root() response: DemandResponseView): Promise<DemandView | null> {
    return rowById(operation, DemandView, response.demandId);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  recipient(@Ctx() operation: Operation, @Root() response: DemandResponseView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, response.recipientId);
  }

  @FieldResolver(() => String, { description: 'What was agreed, else what the demand says.' })
  deadline(@Root() response: DemandResponseView): string {
    return response.agreedDeadline ?? response.demandDeadline;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Code of the equivalence claimed.' })
  equivalence(@Root() response: DemandResponseView): string | null {
    return response.equivalenceCode;
  }

  @FieldResolver(() => String, { nullable: true, description: 'The alternative offered or agreed, as JSON.' })
  alternative(@Root() response: DemandResponseView): string | null {
    const terms = response.agreedJson ?? response.alternativeJson;
    return terms === null ? null : JSON.stringify(terms);
  }

  @FieldResolver(() => [ResponseEvidenceView])
  async evidence(@Ctx() operation: Operation, @Root() response: DemandResponseView): Promise<ResponseEvidenceView[]> {
    const parent = { property: 'responseId', id: response.id } as const;
    return (await listDisclosedOf(operation, responseEvidenceList, { first: 100 }, parent)).nodes;
  }

  @FieldResolver(() => [CascadeTier], { description: 'Tier by tier, where the demand was cascaded.' })
  cascade(@Ctx() operation: Operation, @Root() response: DemandResponseView): Promise<CascadeTier[]> {
    return cascadeOf(operation, response.id);
  }

  @Mutation(() => ResponsePayload, { description: 'The next step of an answer, yours as its recipient or its issuer.' })
  async moveResponse(
    @Ctx() operation: Operation,
    @Arg('input', () => MoveResponseInput) input: MoveResponseInput,
  ): Promise<ResponsePayload> {
    return responsePayload(operation, await moveResponse(operation, input));
  }

  @Mutation(() => ResponsePayload, {
    description: 'Answers by an approved equivalence that leads to what is asked for.',
  })
  async claimEquivalence(
    @Ctx() operation: Operation,
    @Arg('input', () => ClaimEquivalenceInput) input: ClaimEquivalenceInput,
  ): Promise<ResponsePayload> {
    return responsePayload(operation, await claimEquivalence(operation, input));
  }
}

@Resolver(() => ResponseEvidenceView)
export class ResponseEvidenceResolver {
  @FieldResolver(() => AssessmentView, { nullable: true })
  assessment(@Ctx() operation: Operation, @Root() evidence: ResponseEvidenceView): Promise<AssessmentView | null> {
    return rowById(operation, AssessmentView, evidence.assessmentId);
  }
}

/** One statement for all answers that are asked about. */
async function cascadeOf(operation: Operation, id: string): Promise<CascadeTier[]> {
  const loader = operation.loader<string, CascadeTier[]>('policy.cascade_outcome', async (ids) => {
    const rows = await operation.rows<CascadeTier & { id: string }>(
      'select w.id, c.tier, c.outcome from unnest($1::uuid[]) w(id) cross join lateral policy.cascade_outcome(w.id) c order by c.tier',
      [ids],
    );
    return ids.map((each) => rows.filter((row) => row.id === each));
  });
  return (await loader.load(id)) ?? [];
}

function responsesWhere(
  operation: Operation,
  side: 'owner_no' | 'issuer_no',
  request: object,
): Promise<Connection<DemandResponseView>> {
  const scope = { sql: `v.${side} = $1`, parameters: [operation.viewer.organisationNo] };
  return listDisclosed(operation, responseList(operation.services.today()), request, scope);
}

async function demandPayload(operation: Operation, stored: { id: string }): Promise<DemandPayload> {
  return { demand: await rowById(operation, DemandView, stored.id) };
}

async function responsePayload(operation: Operation, stored: { id: string }): Promise<ResponsePayload> {
  return { response: await rowById(operation, DemandResponseView, stored.id) };
}
