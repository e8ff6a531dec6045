import { join } from 'node:path';
import { openOpenData } from '../../../src/modules/exchange';
import { fixturesFolder } from '../../unit/exchange/stagedEvents';
import { type Json, TestHub } from '../../support/hub';
import { Importing, today } from './importing';

let importing: Importing;
let hub: TestHub;

beforeAll(async () => {
  importing = await Importing.start();
  const source = await openOpenData('gem-iron-ore', [join(fixturesFolder, 'iron-ore-mines.csv')], today);
  if (!source.ok) throw new Error(source.error.hint);
  await importing.import('sma', source.value, { partial: true });
  hub = await TestHub.start(importing.database);
});
afterAll(async () => {
  await hub.stop();
  await importing.stop();
});

const OWNERS = 'nodes { name owners { name level percent } }';
const ask = (as: string | undefined, query: string): Promise<Json> =>
  hub.ask(as === undefined ? { query } : { as, query });
const shares = (owners: Json[], level: string): number =>
  owners.filter((owner) => owner.level === level).reduce((sum, { percent }) => sum + Number(percent ?? 0), 0);

test('an owner of record and a parent behind it are told apart, and the shares of each add up for themselves', async () => {
  const { data } = await ask('sma', `{ sites(first: 100) { ${OWNERS} } }`);
  const owned: Json[] = data.sites.nodes.filter(({ owners }: Json) => owners.length > 0);
  const both = owned.filter(({ owners }) => new Set(owners.map((owner: Json) => owner.level)).size === 2);
  expect(both.length).toBeGreaterThan(0);
  for (const { owners } of owned) {
    for (const level of ['DIRECT', 'ULTIMATE']) expect(shares(owners, level)).toBeLessThanOrEqual(100);
    const levels = owners.map((owner: Json) => owner.level);
    expect(levels).toEqual([...levels].sort());
  }
  // the mistake this is about: taken together they would come to more than the whole
  expect(both.some(({ owners }) => shares(owners, 'DIRECT') + shares(owners, 'ULTIMATE') > 100)).toBe(true);
});

test('either level can be asked for alone', async () => {
  const { data } = await ask(
    'sma',
    '{ sites(first: 100) { nodes { owners(where: { level: { eq: "ULTIMATE" } }) { level } } } }',
  );
  const levels = data.sites.nodes.flatMap(({ owners }: Json) => owners.map((owner: Json) => owner.level));
  expect(new Set(levels)).toEqual(new Set(['ULTIMATE']));
});

test('the public is told that owners are shared within the alliance, and of none', async () => {
  const answer = await ask(undefined, `{ sites(first: 100) { ${OWNERS} } }`);
  expect(answer.data.sites.nodes.flatMap(({ owners }: Json) => owners)).toEqual([]);
  expect(answer.extensions.redactions[0]).toMatchObject({ path: 'sites.nodes.0.owners', tier: 'ALLIANCE' });
});
