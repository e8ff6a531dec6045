import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, listDisclosed, type ListRequest, Operation, requireRow, rowById } from '../graph';
import { OrganisationView, SiteView } from '../members';
import { PublishPlanInput, PublishTargetInput, WithdrawPlanInput, WithdrawTargetInput } from './plan.input';
import { planList, targetList } from './planLists';
import { PlanView, TargetView } from './plan.view';
import { progressOf, TargetProgress } from './targetProgress';
import { publishPlan, publishTarget, withdrawPlan, withdrawTarget } from './publishPlan.service';

@Resolver(() => PlanView)
export class PlanResolver {
  @Query(() => planList.Connection, {
    description: "Your own plans, and others' under an agreement that counsel cleared.",
  })
  plans(
    @Ctx() operation: Operation,
    @Args(() => planList.Arguments) asked: ListRequest,
  ): Promise<Connection<PlanView>> {
    return listDisclosed(operation, planList, asked);
  }

  @Mutation(() => PlanView, { description: 'Stores a plan of your own; it stays yours alone.' })
  async publishPlan(
    @Ctx() operation: Operation,
    @Arg('input', () => PublishPlanInput) input: PublishPlanInput,
  ): Promise<PlanView> {
    return requireRow(operation, PlanView, (await publishPlan(operation, input)).id);
  }

  @Mutation(() => PlanView, { description: 'Withdraws a plan of your own.' })
  async withdrawPlan(
    @Ctx() operation: Operation,
    @Arg('input', () => WithdrawPlanInput) input: WithdrawPlanInput,
  ): Promise<PlanView> {
    return requireRow(operation, PlanView, (await withdrawPlan(operation, input)).id);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() plan: PlanView): string {
    return operation.encodeId('plan', plan.id);
  }

  @FieldResolver(() => [String])
  actions(@Root() plan: PlanView): string[] {
    return (plan.actionList ?? []).map(({ action }) => action);
  }

  @FieldResolver(() => SiteView, { nullable: true })
  site(@Ctx() operation: Operation, @Root() plan: PlanView): Promise<SiteView | null> {
    return rowById(operation, SiteView, plan.siteId);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  member(@Ctx() operation: Operation, @Root() plan: PlanView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, plan.organisationId);
  }
}

@Resolver(() => TargetView)
export class TargetResolver {
  @FieldResolver(() => TargetProgress, {
    nullable: true,
    description: "How far the subject's own latest figure has come, as far as you may read it; null without one.",
  })
  progress(@Ctx() operation: Operation, @Root() target: TargetView): Promise<TargetProgress | null> {
    return progressOf(operation, target);
  }

  @Query(() => targetList.Connection, { description: 'Published targets, and your own.' })
  targets(
    @Ctx() operation: Operation,
    @Args(() => targetList.Arguments) asked: ListRequest,
  ): Promise<Connection<TargetView>> {
    return listDisclosed(operation, targetList, asked);
  }

  @Mutation(() => TargetView, { description: 'Stores a target of your own; with its publication everybody reads it.' })
  async publishTarget(
    @Ctx() operation: Operation,
    @Arg('input', () => PublishTargetInput) input: PublishTargetInput,
  ): Promise<TargetView> {
    return requireRow(operation, TargetView, (await publishTarget(operation, input)).id);
  }

  @Mutation(() => TargetView, { description: 'Withdraws a target of your own.' })
  async withdrawTarget(
    @Ctx() operation: Operation,
    @Arg('input', () => WithdrawTargetInput) input: WithdrawTargetInput,
  ): Promise<TargetView> {
    return requireRow(operation, TargetView, (await withdrawTarget(operation, input)).id);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() target: TargetView): string {
    return operation.encodeId('target', target.id);
  }

  @FieldResolver(() => SiteView, { nullable: true })
  site(@Ctx() operation: Operation, @Root() target: TargetView): Promise<SiteView | null> {
    return rowById(operation, SiteView, target.siteId);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  member(@Ctx() operation: Operation, @Root() target: TargetView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, target.organisationId);
  }
}
