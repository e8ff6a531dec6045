import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import {
  CodeFilter,
  CodeListFilter,
  type Connection,
  DateFilter,
  describeList,
  IdFilter,
  listDisclosed,
  type ListRequest,
  Operation,
  OrderDirection,
  rowById,
  rowByUnit,
} from '../graph';
import { OrganisationView } from '../members';
import {
  AgreementPayload,
  ChangeAgreementTermsInput,
  MoveAgreementInput,
  ProposeAgreementInput,
} from './agreement.input';
import { counterAgreement, moveAgreement, proposeAgreement, renewAgreement } from './agreement.service';
import { AgreementView } from './agreement.view';

const agreementList = describeList('Agreement', AgreementView, {
  ...{ plural: 'agreements', history: true },
  filters: {
    state: { by: CodeFilter },
    purpose: { by: CodeFilter },
    receiver: { by: IdFilter, on: 'partnerId', id: 'member' },
    dataClasses: { by: CodeListFilter },
    startsOn: { by: DateFilter },
    endsOn: { by: DateFilter },
  },
  orders: ['endsOn', 'startsOn', 'state', 'purpose'],
  defaultOrder: [{ field: 'endsOn', direction: OrderDirection.DESC }],
});

@Resolver(() => AgreementView)
export class AgreementResolver {
  @Query(() => agreementList.Connection, {
    description: 'Your agreements; for counsel, those to clear and those in force.',
  })
  agreements(
    @Ctx() operation: Operation,
    @Args(() => agreementList.Arguments) asked: ListRequest,
  ): Promise<Connection<AgreementView>> {
    return listDisclosed(operation, agreementList, asked);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() agreement: AgreementView): string {
    return operation.encodeId('agreement', agreement.id);
  }

  @FieldResolver(() => OrganisationView, { nullable: true, description: 'Who gives.' })
  provider(@Ctx() operation: Operation, @Root() agreement: AgreementView): Promise<OrganisationView | null> {
    return rowByUnit(operation, OrganisationView, agreement.ownerNo);
  }

  @FieldResolver(() => OrganisationView, { nullable: true, description: 'Who reads.' })
  receiver(@Ctx() operation: Operation, @Root() agreement: AgreementView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, agreement.partnerId);
  }

  @Mutation(() => AgreementPayload, { description: 'Offers to share data of your own with another member.' })
  async proposeAgreement(
    @Ctx() operation: Operation,
    @Arg('input', () => ProposeAgreementInput) input: ProposeAgreementInput,
  ): Promise<AgreementPayload> {
    return payload(operation, await proposeAgreement(operation, input));
  }

  @Mutation(() => AgreementPayload, { description: 'Answers with other terms; signatures and clearance become void.' })
  async counterAgreement(
    @Ctx() operation: Operation,
    @Arg('input', () => ChangeAgreementTermsInput) input: ChangeAgreementTermsInput,
  ): Promise<AgreementPayload> {
    return payload(operation, await counterAgreement(operation, input));
  }

  @Mutation(() => AgreementPayload, {
    description: 'Asks for a further term; it runs once both parties asked the same.',
  })
  async renewAgreement(
    @Ctx() operation: Operation,
    @Arg('input', () => ChangeAgreementTermsInput) input: ChangeAgreementTermsInput,
  ): Promise<AgreementPayload> {
    return payload(operation, await renewAgreement(operation, input));
  }

  @Mutation(() => AgreementPayload, { description: 'Clears, signs, refuses, suspends, resumes or ends an agreement.' })
  async moveAgreement(
    @Ctx() operation: Operation,
    @Arg('input', () => MoveAgreementInput) input: MoveAgreementInput,
  ): Promise<AgreementPayload> {
    return payload(operation, await moveAgreement(operation, input));
  }
}

async function payload(operation: Operation, stored: { id: string }): Promise<AgreementPayload> {
  return { agreement: await rowById(operation, AgreementView, stored.id) };
}
