import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Operation, requireRow } from '../graph';
import { addSite } from './addSite.service';
import { DeclareActivitiesInput, MemberPayload, RegisterMemberInput, SetStandingInput } from './member.input';
import { OrganisationView } from './organisation.view';
import { declareActivities, registerMember, setStanding, type WrittenMember } from './registerMember.service';
import { AddSiteInput, SitePayload } from './site.input';
import { SiteView } from './site.view';

@Resolver()
export class MemberWritesResolver {
  @Mutation(() => MemberPayload, { description: 'Enters a member; by the secretariat.' })
  async registerMember(
    @Ctx() operation: Operation,
    @Arg('input', () => RegisterMemberInput) input: RegisterMemberInput,
  ): Promise<MemberPayload> {
    return payloadOf(operation, await registerMember(operation, input));
  }

  @Mutation(() => MemberPayload, { description: 'Replaces what your organisation declares to do.' })
  async declareActivities(
    @Ctx() operation: Operation,
    @Arg('input', () => DeclareActivitiesInput) input: DeclareActivitiesInput,
  ): Promise<MemberPayload> {
    return payloadOf(operation, await declareActivities(operation, input));
  }

  @Mutation(() => MemberPayload, { description: 'Sets the standing of a member; by the secretariat.' })
  async setStanding(
    @Ctx() operation: Operation,
    @Arg('input', () => SetStandingInput) input: SetStandingInput,
  ): Promise<MemberPayload> {
    return payloadOf(operation, await setStanding(operation, input));
  }

  @Mutation(() => SitePayload, { description: 'Adds a site of your own.' })
  async addSite(
    @Ctx() operation: Operation,
    @Arg('input', () => AddSiteInput) input: AddSiteInput,
  ): Promise<SitePayload> {
    const { id, warnings } = await addSite(operation, input);
    return { site: await requireRow(operation, SiteView, id), warnings };
  }
}

async function payloadOf(operation: Operation, { id, warnings }: WrittenMember): Promise<MemberPayload> {
  return { member: await requireRow(operation, OrganisationView, id), warnings };
}
