import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportData } from '../../../../src/modules/exchange/export/exportData';
import type { OwnKind } from '../../../../src/modules/exchange/csv/ownKinds';
import { Importing } from '../../../integration/exchange/importing';

/** Two alliances alike but for what `sma` may not know: organisations, sites, links, figures and imports of others. */
let worlds: [Importing, Importing];

beforeAll(async () => {
  worlds = [await Importing.start(), await Importing.start()];
  for (const { world } of worlds) await world.site('sma1', { owner: 'sma' });
  const [, { world }] = worlds;
  await world.organisation('Teal PLC', { standing: null, lei: '549300GKFG0RYRRQ1414', columns: { tier: 8 } });
  await world.site('Hidden plant', { owner: 'smb', columns: { tier: 8, rmi_cid: 'CID000123', name: 'Plant One' } });
  await world.link('of others', { supplier: 'smb', customer: 'auto', state: 'CONFIRMED' });
  await world.measurement('smb', 'WATER_WITHDRAWN', '55', 'OWNER_ONLY');
  await world.measurement('sma1', 'WATER_WITHDRAWN', '66', 'OWNER_ONLY', {
    contributor_no: world.unitNo('smb'),
    period_start: '2024-01-01',
    period_end: '2025-01-01',
  });
}, 240_000);
afterAll(() => Promise.all(worlds.map((each) => each.stop())));

const FILES: readonly (readonly [OwnKind, readonly string[]])[] = [
  [
    'sites',
    [
      'name,type,member,country,subdivision,location,minerals,owners,status,nameplateCapacity,rmiCid',
      'Plant One,REFINERY,sma,CL,,,cobalt:PRIMARY,sma [60%]; Teal PLC [40%],OPERATING,1200.5,CID000123',
      'Plant One Ltd,REFINERY,sma,CL,,,cobalt:PRIMARY,,OPERATING,,',
      'Nowhere,REFINERY,sma,XX,,,cobalt:PRIMARY,,OPERATING,,CID1',
    ],
  ],
  [
    'measurements',
    [
      'subject,indicator,period,value,unit,mineral,product,basis,method,verification',
      'sma1,WATER_WITHDRAWN,2024,1250.4,ML,,,,,THIRD_PARTY_LIMITED',
      'Hidden plant,WATER_WITHDRAWN,2024,1,ML,,,,,',
      'No such plant,WATER_WITHDRAWN,2024,1,ML,,,,,',
    ],
  ],
  [
    'links',
    [
      'supplier,customer,mineral,period,confidence',
      'sma1,auto,cobalt,2025,0.3',
      'sma1,Teal PLC,cobalt,2025,0.3',
      'sma1,No such PLC,cobalt,2025,0.3',
      'smb,auto,cobalt,2025,0.3',
    ],
  ],
];

test.each(FILES)(
  '42: a preview, an import and a repetition of %s say the same in both worlds',
  async (kind, lines) => {
    for (const options of [{ dryRun: true }, {}, { partial: true }, { partial: true }]) {
      const [one, two] = await Promise.all(
        worlds.map((each) => each.importOwn('sma', kind, lines, options).then((report) => JSON.stringify(report))),
      );
      expect(two).toBe(one);
    }
  },
  240_000,
);

test('42: what is hidden and what is missing are rejected in the same words', async () => {
  const [, world] = worlds;
  const { preview } = await world.importOwn('sma', 'measurements', FILES[1]?.[1] ?? [], { dryRun: true });
  const told = preview.data.rejectionSamples.map((sample) => JSON.stringify(sample));
  const [hidden, missing] = ['Hidden plant', 'No such plant'].map((name) =>
    told
      .find((each) => each.includes(name))
      ?.replaceAll(name, 'NAME')
      .replace(/"row(No)?":\d+/, ''),
  );
  expect(hidden).toBeDefined();
  expect(missing).toBe(hidden);
}, 120_000);

test('42: an export holds the same files, rows and values in both worlds', async () => {
  const exported = await Promise.all(
    worlds.map(async (each) => {
      const folder = mkdtempSync(join(tmpdir(), 'sluice-export-'));
      await exportData(await each.actor('sma'), { format: 'csv', folder });
      const text = textsIn(folder, folder);
      rmSync(folder, { recursive: true });
      return text;
    }),
  );
  expect(exported[1]).toEqual(exported[0]);
  expect(Object.keys(exported[0] ?? {}).length).toBeGreaterThan(15);
}, 120_000);

/** Ids and moments are drawn anew in each world; rows are compared without their order, which follows from the ids. */
function textsIn(folder: string, root: string): Record<string, string[]> {
  return Object.assign(
    {},
    ...readdirSync(folder).map((entry): Record<string, string[]> => {
      const path = join(folder, entry);
      if (statSync(path).isDirectory()) return textsIn(path, root);
      const text = readFileSync(path, 'utf8')
        .replace(/\b[a-z]+_[0-9a-hjkmnp-tv-z]{26}\b/g, 'ID')
        .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID')
        .replace(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, 'NOW');
      return { [path.slice(root.length)]: text.split('\n').sort() };
    }),
  ) as Record<string, string[]>;
}
