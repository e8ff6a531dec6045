import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

/** A mine, smelter, refinery or plant. */
@ObjectType('Site', { implements: NodeInterface, description: 'A mine, smelter, refinery, plant or warehouse.' })
@ViewEntity({ schema: 'disclosed', name: 'site', synchronize: false, expression: '' })
export class SiteView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('organisation_id')
  organisationId: string;

  @Hidden('redacted')
  redacted: number;

  @Disclosed('name')
  name: string | null;

  @Disclosed('type')
  type: string | null;

  @Disclosed('stages', () => [String], { readBy: ['measurements'] })
  stages: string[] | null;

  @Disclosed('rmi_cid', () => String, { description: 'Smelters and refiners only.' })
  rmiCid: string | null;

  @Disclosed('os_id')
  osId: string | null;

  @Disclosed('country', () => String, { readBy: ['chainCoverage'], description: 'ISO 3166-1 alpha-2.' })
  country: string | null;

  @Disclosed('subdivision', () => String, { description: 'ISO 3166-2.' })
  subdivision: string | null;

  @Disclosed('public_latitude', () => String, { description: 'WGS 84 degrees; rounded to 0.1 for artisanal mining.' })
  latitude: string | null;

  @Disclosed('public_longitude', () => String, { description: 'WGS 84 degrees; rounded to 0.1 for artisanal mining.' })
  longitude: string | null;

  @Disclosed('latitude', () => String, { description: 'WGS 84 degrees, unrounded where the owner shares it.' })
  exactLatitude: string | null;

  @Disclosed('longitude', () => String, { description: 'WGS 84 degrees, unrounded where the owner shares it.' })
  exactLongitude: string | null;

  @Disclosed('status')
  status: string | null;

  @Disclosed('main_mineral', () => String, { readBy: ['measurements'] })
  mainMineral: string | null;

  @Disclosed('minerals', () => [String])
  minerals: string[] | null;

  @Disclosed('by_products', () => [String])
  byProducts: string[] | null;

  @Disclosed('joint_venture', () => Boolean)
  jointVenture: boolean | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;

  @Disclosed('version', () => String, { description: 'Shown to the owner only.' })
  version: number | null;

  @Disclosed('created_at', () => String, { description: 'Shown to the owner only.' })
  createdAt: string | null;

  @Disclosed('updated_at', () => String, { description: 'Shown to the owner only.' })
  updatedAt: string | null;
}
