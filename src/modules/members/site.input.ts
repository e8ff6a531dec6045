import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { SiteView } from './site.view';

@InputType({ description: 'WGS 84, decimal degrees as decimal strings.' })
export class LocationInput {
  @Field(() => String)
  latitude: string;

  @Field(() => String)
  longitude: string;
}

@InputType({ description: 'An owner by id where it is a member, by name otherwise.' })
export class SiteOwnerInput {
  @Field(() => ID, { nullable: true })
  member?: string;

  @Field(() => String, { nullable: true })
  name?: string;

  @Field(() => String, { description: 'Decimal string, %.' })
  percent: string;
}

@InputType()
export class SiteMineralInput {
  @Field(() => String)
  mineral: string;

  @Field(() => String, { nullable: true, description: 'PRIMARY (the default) or BY_PRODUCT.' })
  role?: string;
}

@InputType({ description: 'A tailings storage facility.' })
export class TailingsFacilityInput {
  @Field(() => String)
  name: string;

  @Field(() => String, { description: 'UPSTREAM, DOWNSTREAM, CENTRELINE, DRY_STACK, IN_PIT or OTHER.' })
  raisingMethod: string;

  @Field(() => String, { description: 'LOW, SIGNIFICANT, HIGH, VERY_HIGH or EXTREME.' })
  consequenceClass: string;

  @Field(() => String, { nullable: true, description: 'Decimal string, m3.' })
  volumeCubicMetres?: string;
}

@InputType()
export class AddSiteInput {
  @Field(() => String, { nullable: true, description: 'Your own name for this write; sent twice it is done once.' })
  clientKey?: string;

  @Field(() => String)
  name: string;

  @Field(() => String, { description: 'Such as MINE_OPEN_PIT or REFINERY.' })
  type: string;

  @Field(() => [String], { nullable: true, description: 'Left out: what the type says.' })
  stages?: string[];

  @Field(() => String, { nullable: true, description: 'Smelters and refiners only.' })
  rmiCid?: string;

  @Field(() => String, { nullable: true })
  osId?: string;

  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  country: string;

  @Field(() => String, { nullable: true, description: 'ISO 3166-2.' })
  subdivision?: string;

  @Field(() => LocationInput, { nullable: true })
  location?: LocationInput;

  @Field(() => String, { nullable: true, description: 'OPERATING when left out.' })
  status?: string;

  @Field(() => [SiteMineralInput], { nullable: true })
  minerals?: SiteMineralInput[];

  @Field(() => [SiteOwnerInput], { nullable: true, description: 'Left out: yourself alone.' })
  owners?: SiteOwnerInput[];

  @Field(() => String, { nullable: true, description: 'Decimal string, t/a; kept for yourself.' })
  nameplateCapacity?: string;

  @Field(() => [TailingsFacilityInput], { nullable: true })
  tailingsFacilities?: TailingsFacilityInput[];
}

@ObjectType()
export class SitePayload {
  @Field(() => SiteView)
  site: SiteView;

  @Field(() => [String])
  warnings: string[];
}
