import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum ChainDirection {
  UPSTREAM = 'UPSTREAM',
  DOWNSTREAM = 'DOWNSTREAM',
}
registerEnumType(ChainDirection, { name: 'ChainDirection' });

@ObjectType({ description: 'A place in a chain: a site or an organisation, or an intermediate that is not named.' })
export class ChainNode {
  @Field(() => ID, { description: 'Yours alone; the ends of edges refer to it.' })
  id: string;

  /** null: not named */
  unitNo: number | null;

  @Field(() => Int, { description: 'Hops from the root; the shortest way counts.' })
  depth: number;

  @Field(() => String, { nullable: true })
  stage: string | null;

  @Field(() => Boolean, { description: 'Both neighbours agreed to say that an intermediate exists, and no more.' })
  opaque: boolean;
}

@ObjectType({ description: 'One hop: who supplies whom.' })
export class ChainEdge {
  @Field(() => ID, { description: 'The node that supplies.' })
  from: string;

  @Field(() => ID, { description: 'The node that is supplied.' })
  to: string;

  @Field(() => String, { nullable: true })
  supplierStage: string | null;

  @Field(() => String, { nullable: true })
  customerStage: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 22095; null unless both ends tell the whole link.' })
  custodyModel: string | null;

  @Field(() => String, { nullable: true, description: '0 to 1; null unless both ends tell the whole link.' })
  confidence: string | null;

  @Field(() => String, { nullable: true })
  confidenceBasis: string | null;

  @Field(() => String, { nullable: true, description: 'Six digits of the Harmonized System.' })
  product: string | null;

  @Field(() => String, { nullable: true })
  periodStart: string | null;

  @Field(() => String, { nullable: true })
  periodEnd: string | null;
}

@ObjectType({ description: 'A chain as far as it is disclosed to you.' })
export class ValueChain {
  @Field(() => [ChainNode])
  nodes: ChainNode[];

  @Field(() => [ChainEdge])
  edges: ChainEdge[];

  @Field(() => Boolean, {
    description:
      'Some path ends before extraction or retail. It follows from what is shown alone, so it says nothing about hidden links.',
  })
  truncated: boolean;
}

@ObjectType({ description: 'Whether something is in your chain, as far as consent allows that answer.' })
export class Exposure {
  @Field(() => Boolean)
  inChain: boolean;

  @Field(() => Int, { nullable: true, description: 'Hops to the nearest one.' })
  distance: number | null;
}

@ObjectType({ description: 'A share of the links of your chain that are shown to you; never of volumes.' })
export class ChainShare {
  @Field(() => String)
  key: string;

  @Field(() => String, { description: '0 to 1, three decimals.' })
  share: string;
}

@ObjectType({ description: 'How far the suppliers of the shown links hold a standard.' })
export class ChainCoverage {
  @Field(() => Int)
  links: number;

  @Field(() => [ChainShare], { description: 'VALID, EXPIRING, EXPIRED or NONE.' })
  byState: ChainShare[];

  @Field(() => [ChainShare])
  byLevel: ChainShare[];

  @Field(() => [ChainShare], {
    description: 'Country of the supplying site; UNKNOWN where only an organisation is named.',
  })
  byJurisdiction: ChainShare[];

  @Field(() => [ChainShare], { description: 'CAHRA, NOT_CAHRA or UNKNOWN, by the list of the catalogue.' })
  byRiskArea: ChainShare[];
}
