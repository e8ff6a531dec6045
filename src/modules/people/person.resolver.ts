import { Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { type Connection, listDisclosed, type ListRequest, Operation } from '../graph';
import { OrganisationView } from '../members';
import { displayNameOf } from './me.service';
import { personList, PersonView } from './person.view';

@Resolver(() => PersonView)
export class PersonResolver {
  @Query(() => personList.Connection, { description: 'The people of your own organisation, with contact and roles.' })
  people(
    @Ctx() operation: Operation,
    @Args(() => personList.Arguments) asked: ListRequest,
  ): Promise<Connection<PersonView>> {
    return listDisclosed(operation, personList, asked);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() person: PersonView): string {
    return operation.encodeId('person', person.id);
  }
}

@Resolver(() => OrganisationView)
export class SeniorSponsorResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'Who answers for the commitment of the member, by name; shared within the alliance.',
  })
  seniorSponsor(@Ctx() operation: Operation, @Root() member: OrganisationView): Promise<string | null> {
    return displayNameOf(operation, member.seniorSponsorId);
  }
}
