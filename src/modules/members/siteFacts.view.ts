import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden } from '../graph';

/** What a member does: drives the competitor test. */
@ObjectType('Activity', { description: 'A declared activity: mineral, stage, side and markets.' })
@ViewEntity({ schema: 'disclosed', name: 'activity', synchronize: false, expression: '' })
export class ActivityView {
  @Hidden('id')
  id: string;

  @Hidden('organisation_id')
  organisationId: string;

  @Disclosed('mineral_id')
  mineral: string | null;

  @Disclosed('stage')
  stage: string | null;

  @Disclosed('side')
  side: string | null;

  @Disclosed('markets', () => [String], { description: 'Empty: worldwide.' })
  markets: string[] | null;
}

@ObjectType('SiteOwner', { description: 'An owner of a site and its share.' })
@ViewEntity({ schema: 'disclosed', name: 'site_owner', synchronize: false, expression: '' })
export class SiteOwnerView {
  @Hidden('id')
  id: string;

  @Hidden('site_id')
  siteId: string;

  @Hidden('holder_id')
  holderId: string | null;

  @Disclosed('holder_name')
  name: string | null;

  @Disclosed('percent', () => String)
  percent: string | null;

  @Disclosed('from_year', () => String)
  fromYear: number | null;

  @Disclosed('level', () => String, {
    description:
      'DIRECT: the owner of record. ULTIMATE: a parent behind it. The shares of each level add up for themselves.',
  })
  level: string | null;
}

@ObjectType('Capacity', { description: 'Nameplate capacity by product; shared with nobody by default.' })
@ViewEntity({ schema: 'disclosed', name: 'capacity', synchronize: false, expression: '' })
export class CapacityView {
  @Hidden('id')
  id: string;

  @Hidden('site_id')
  siteId: string;

  @Disclosed('product')
  product: string | null;

  @Hidden('nameplate', ['nameplateCapacity'])
  nameplate: boolean;

  @Disclosed('tonnes_per_year', () => String, { readBy: ['nameplateCapacity'], description: 't/a' })
  tonnesPerYear: string | null;
}

@ObjectType('TailingsFacility', { description: 'A tailings storage facility (GISTM).' })
@ViewEntity({ schema: 'disclosed', name: 'tailings_facility', synchronize: false, expression: '' })
export class TailingsFacilityView {
  @Hidden('id')
  id: string;

  @Hidden('site_id')
  siteId: string;

  @Disclosed('name')
  name: string | null;

  @Disclosed('raising_method')
  raisingMethod: string | null;

  @Disclosed('consequence_class')
  consequenceClass: string | null;

  @Disclosed('volume_cubic_metres', () => String, { description: 'm3' })
  volumeCubicMetres: string | null;
}
