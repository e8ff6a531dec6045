import type { EntityType } from '../../../../src/kernel/opaqueId';
import { uuidOf } from '../../../support/randomWorld';
import { Random } from '../../../support/seededRandom';
import type { Material } from './inputValues';
import type { Pair } from './pair';
import type { TwoWorlds } from './worlds';

/** Tables whose rows have ids that leave the hub. */
export const ENTITIES: readonly (readonly [table: string, type: EntityType])[] = [
  ['organisation', 'member'],
  ['site', 'site'],
  ['measurement', 'measurement'],
  ['link', 'link'],
  ['assessment', 'assessment'],
  ['plan', 'plan'],
  ['plan_extract', 'extract'],
  ['target', 'target'],
  ['demand', 'demand'],
  ['demand_response', 'response'],
  ['finding', 'finding'],
  ['equivalence_claim', 'claim'],
];

/** What the reader of the pair may ask with: as much of each for every reader, so that all make the same operations. */
export function materialOf(pair: Pair, seed: number): Material {
  const { worlds } = pair;
  if (worlds === null) throw new Error('nobody looks yet');
  const random = new Random(seed);
  const ids = ENTITIES.flatMap(([table, type]) =>
    [worlds.seen.get(table)?.[0] ?? random.uuid(), worlds.hidden.get(table)?.[0] ?? random.uuid(), random.uuid()].map(
      (uuid) => pair.idOf(type, uuid),
    ),
  );
  const hidden = [...worlds.canaries];
  const [first = 'nothing'] = worlds.seenTexts;
  const last = hidden.at(-1) ?? 'nothing';
  const initiative = pair.idOf('initiative', uuidOf('a', 1));
  const purpose = pair.standpoint?.purpose ?? 'RESEARCH';
  const asked = (rest: string): string =>
    `{ function: "MEAN", period: "2025", purpose: "${purpose}", initiative: "${initiative}", ${rest} }`;
  const [member, memberUnseen] = ids;
  return {
    ids: [...ids, 'nonsense'],
    texts: [hidden[0] ?? 'nothing', first, last.slice(0, -3), 'nothing'],
    questions: [
      asked('indicator: "GHG_INT"'),
      asked('standard: "IRMA", atLeast: "IRMA_50"'),
      ...['mineral: "cobalt"', 'stage: "REFINING"', 'country: "CL"', 'region: "Europe"', 'standard: "IRMA"'].map(
        (filter) => asked(`indicator: "GHG_INT", filter: { ${filter} }`),
      ),
    ],
    named: {
      member: member ?? memberUnseen ?? '',
      site: pair.idOf('site', fullestSite(worlds)),
      node: member ?? '',
      indicator: 'TRIR',
      standard: 'IRMA',
      release: pair.idOf('release', uuidOf('7', 1)),
      releaseCsv: pair.idOf('release', uuidOf('7', 1)),
    },
  };
}

/** Of the sites that the reader sees the one with the most kinds of details that it sees. */
function fullestSite({ seen, worlds: [first] }: TwoWorlds): string {
  const kindsOf = (site: string): number =>
    ['site_owner', 'tailings_facility', 'capacity'].filter((table) =>
      (first.facts.get(table) ?? []).some((row) => row.site_id === site && seen.get(table)?.includes(String(row.id))),
    ).length;
  const [best] = [...(seen.get('site') ?? [])].sort((one, two) => kindsOf(two) - kindsOf(one));
  return best ?? '12345678-0000-4000-8000-000000000000';
}
