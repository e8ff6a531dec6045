import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { codeId, codeOfId, type Connection, listDisclosed, type ListRequest, Operation } from '../graph';
import { equivalenceList, requirementList, standardList } from './lists';
import { partsByCode, rowByCode } from './rowsByCode';
import { EquivalenceView, RequirementView, StandardVersion, StandardView } from './standard.view';

const VERSIONS = `select standard_id as parent, standard_id || '/' || label as id, label, valid_from as "validFrom",
  transition_to as "transitionTo", supersedes from reference.standard_version where standard_id = any($1::text[])
  order by valid_from desc nulls last, label`;
const LEVELS = `select standard_id as parent, code from reference.standard_level where standard_id = any($1::text[])
  order by position, code`;
const REQUIREMENTS = `select standard_id as parent, id, standard_id as "standardCode", topic_id as topic, version, reference, title,
  coverage, certainty, note from reference.requirement where standard_id = any($1::text[]) order by topic_id`;

@Resolver(() => StandardView)
export class StandardResolver {
  @Query(() => standardList.Connection, { description: 'Standards, guidance and regulations of the catalogue.' })
  standards(
    @Ctx() operation: Operation,
    @Args(() => standardList.Arguments) asked: ListRequest,
  ): Promise<Connection<StandardView>> {
    return listDisclosed(operation, standardList, asked);
  }

  @Query(() => StandardView, { nullable: true, description: 'By code, such as `IRMA`, or by id.' })
  standard(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<StandardView | null> {
    return rowByCode(operation, StandardView, codeOfId('standard', id));
  }

  @FieldResolver(() => ID)
  id(@Root() standard: StandardView): string {
    return codeId('standard', standard.id);
  }

  @FieldResolver(() => String, { description: 'As other inputs take it.' })
  code(@Root() standard: StandardView): string {
    return standard.id;
  }

  @FieldResolver(() => [StandardVersion])
  versions(@Ctx() operation: Operation, @Root() standard: StandardView): Promise<StandardVersion[]> {
    return partsByCode(operation, 'standard.versions', VERSIONS, standard.id);
  }

  @FieldResolver(() => [String], { description: 'Lowest first where `levelModel` orders them.' })
  async levels(@Ctx() operation: Operation, @Root() standard: StandardView): Promise<string[]> {
    const levels = await partsByCode<{ code: string }>(operation, 'standard.levels', LEVELS, standard.id);
    return levels.map((level) => level.code);
  }

  @FieldResolver(() => [RequirementView])
  requirements(@Ctx() operation: Operation, @Root() standard: StandardView): Promise<RequirementView[]> {
    return partsByCode(operation, 'standard.requirements', REQUIREMENTS, standard.id);
  }
}

@Resolver(() => RequirementView)
export class RequirementResolver {
  @Query(() => requirementList.Connection, { description: 'The crosswalk: every topic by every standard that covers it.' })
  requirements(
    @Ctx() operation: Operation,
    @Args(() => requirementList.Arguments) asked: ListRequest,
  ): Promise<Connection<RequirementView>> {
    return listDisclosed(operation, requirementList, asked);
  }

  @FieldResolver(() => StandardView, { nullable: true })
  standard(@Ctx() operation: Operation, @Root() requirement: RequirementView): Promise<StandardView | null> {
    return rowByCode(operation, StandardView, requirement.standardCode);
  }
}

@Resolver(() => EquivalenceView)
export class EquivalenceResolver {
  @Query(() => equivalenceList.Connection, { description: 'Published equivalences; each counts in its direction only.' })
  equivalences(
    @Ctx() operation: Operation,
    @Args(() => equivalenceList.Arguments) asked: ListRequest,
  ): Promise<Connection<EquivalenceView>> {
    return listDisclosed(operation, equivalenceList, asked);
  }

  @FieldResolver(() => ID)
  id(@Root() equivalence: EquivalenceView): string {
    return codeId('equivalence', equivalence.id);
  }
}
