import type { HubOptions } from '../../src/server/hub';
import type { TestDatabase } from './database';
import { TestHub, type Json } from './hub';
import { World } from './world';

const COBALT = 'cobalt';

/**
 * The names of `domain.md` 3: Auto and Auto2 (competing car makers), Cath (cathode maker), SmA and SmB (competing
 * refiners), MineX. Nobody is linked yet; each has a person of its own name.
 */
export class ValueChainWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly world: World,
    readonly hub: TestHub,
  ) {}

  static async start(
    database: TestDatabase,
    phase = 'COORDINATION',
    options: Partial<HubOptions> = {},
  ): Promise<ValueChainWorld> {
    const world = new World(database.admin);
    await world.alliance(phase);
    const makers = { activities: [{ mineral: COBALT, stage: 'PRODUCT_MANUFACTURING', side: 'SELL' }] } as const;
    await world.organisation('auto', makers);
    await world.organisation('auto2', makers);
    await world.organisation('cath', { activities: [{ mineral: COBALT, stage: 'CHEMICAL_PROCESSING', side: 'SELL' }] });
    await world.site('cath1', { owner: 'cath', type: 'CHEMICAL_PLANT', stages: ['CHEMICAL_PROCESSING'] });
    const refiner = { activities: [{ mineral: COBALT, stage: 'REFINING', side: 'SELL' }] } as const;
    for (const name of ['sma', 'smb']) {
      await world.organisation(name, refiner);
      await world.site(`${name}1`, { owner: name });
    }
    await world.organisation('minex', { activities: [{ mineral: COBALT, stage: 'MINING_LSM', side: 'SELL' }] });
    await world.site('minex1', { owner: 'minex', type: 'MINE_OPEN_PIT', stages: ['MINING_LSM'] });
    for (const name of ['auto', 'auto2', 'cath', 'sma', 'smb', 'minex']) {
      await world.person(name, name, ['UPSTREAM_PUBLISHER', 'DOWNSTREAM_USER', 'SITE_OWNER']);
    }
    return new ValueChainWorld(database, world, await TestHub.start(database, { webhookLoopback: true }, options));
  }

  member(key: string): string {
    return this.hub.hub.services.ids.encode('member', this.world.id(key), null);
  }

  site(key: string): string {
    return this.hub.hub.services.ids.encode('site', this.world.id(key), null);
  }

  /** The id of a thing as this member's people read it. */
  idFor(member: string, type: 'link' | 'demand' | 'response' | 'claim', uuid: string): string {
    return this.hub.hub.services.ids.encode(type, uuid, this.world.id(member));
  }

  /** Runs a mutation `name(input)` and gives what it answers. */
  async mutate(as: string, name: string, type: string, input: object, selection: string): Promise<Json> {
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`;
    return (await this.hub.data({ as, query, variables: { input } }))[name];
  }

  /** The extensions of the refusal of a mutation. */
  refused(as: string, name: string, type: string, input: object, selection: string): Promise<Json> {
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`;
    return this.hub.refusal({ as, query, variables: { input } });
  }

  async stop(): Promise<void> {
    await this.hub.stop();
    await this.database.drop();
  }
}
