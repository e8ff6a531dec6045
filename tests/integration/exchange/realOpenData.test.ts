import { join } from 'node:path';
import type { OpenDataFormat } from '../../../src/modules/exchange/openSource';
import type { StagedEvent } from '../../../src/modules/exchange/staging';
import { openDataFolder } from '../../unit/exchange/openDataFolder';
import { eventsOf, fixturesFolder, openFolder, recordsOf } from '../../unit/exchange/stagedEvents';
import { openOpenData } from '../../../src/modules/exchange/openSource';
import { Importing, today } from './importing';

/** The look-alikes are always tried; the real sets, all 890 + 1,204 + 1,435 sites, where they are. */
const sets: [string, string | null][] = [['look-alikes with invented names', null]];
const folder = openDataFolder();
if (folder === null) {
  test('NOT RUN: the real open data; SLUICE_OPEN_DATA names no folder, and in CI the folder is required', () => {
    expect(process.env['CI']).not.toBe('true');
  });
} else sets.push(['the real open data', folder]);

const lookalikes: Readonly<Record<OpenDataFormat, string[]>> = {
  'gem-iron-ore': ['iron-ore-mines.csv'],
  'gem-steel': ['steel-plants.csv'],
  fineprint: ['sites', 'owners', 'production', 'processing', 'flows'].map((role) => `fineprint-${role}.csv`),
};

async function open(format: OpenDataFormat, from: string | null) {
  if (from !== null) return openFolder(format, from);
  const paths = lookalikes[format].map((name) => join(fixturesFolder, name));
  const source = await openOpenData(format, paths, today);
  if (!source.ok) throw new Error(source.error.hint);
  return source.value;
}

interface StoredSite {
  name: string;
  country: string;
  latitude: string | null;
  type: string | null;
  status: string | null;
  joint: boolean;
}

function sitesOf(events: readonly StagedEvent[]): string[] {
  const joint = new Set<string>();
  const holders = new Map<string, number>();
  for (const { subject, level, fromYear, until } of recordsOf(events, 'ownershipShare')) {
    if (subject.kind !== 'SITE' || until !== null) continue;
    const key = `${subject.key}|${level}|${fromYear ?? ''}`;
    holders.set(key, (holders.get(key) ?? 0) + 1);
    if ((holders.get(key) ?? 0) > 1) joint.add(subject.key);
  }
  return recordsOf(events, 'site')
    .map((site) =>
      JSON.stringify([
        site.name,
        site.country,
        site.location === null ? null : Number(site.location.latitude),
        site.type,
        site.status,
        joint.has(site.key),
      ]),
    )
    .sort();
}

describe.each(sets)('%s', (_name, from) => {
  let importing: Importing;
  beforeAll(async () => {
    importing = await Importing.start();
  });
  afterAll(() => importing.stop());

  test.each(['gem-iron-ore', 'gem-steel', 'fineprint'] as const)(
    '%s: every row of the files is a fact or a rejection in the database',
    async (format) => {
      const source = await open(format, from);
      const events = await eventsOf(source);
      const before = await counts(importing);
      const { state, stored, commitFaults } = await importing.import('sma', source, { partial: true });
      expect({ state, commitFaults }).toEqual({ state: 'COMMITTED', commitFaults: [] });
      const after = await counts(importing);

      const organisations = new Set(recordsOf(events, 'organisation').map(({ key }) => key)).size;
      const unnamed = (stored.organisation ?? 0) - organisations;
      const told = {
        site: recordsOf(events, 'site').length,
        site_owner: recordsOf(events, 'ownershipShare').filter(({ subject }) => subject.kind === 'SITE').length,
        capacity: recordsOf(events, 'capacity').length,
        measurement: recordsOf(events, 'measurement').length,
        link: recordsOf(events, 'link').length,
        organisation: organisations + unnamed,
      };
      expect(difference(before, after)).toEqual(told);

      const rejected = events.flatMap((event) =>
        event.kind === 'rejected' ? event.rejections.map(({ file, row, code }) => `${file}:${row} ${code}`) : [],
      );
      const kept = await importing.world.rows<{ place: string }>(
        `select r.file || ':' || r.row_no || ' ' || r.code as place from intake.rejection r join intake.batch b on b.id = r.batch_id where b.format = $1`,
        [format],
      );
      expect(kept.map(({ place }) => place).sort()).toEqual(rejected.sort());
      expect(await importing.count('intake.staged')).toBe(0);

      const sites = await importing.world.rows<StoredSite>(
        `select name, country, latitude, type, status, joint_venture as joint from vault.site where organisation_id is not null and id in
           (select s.id from vault.site s where s.contributor_no = $1 and s.created_at >= (select committed_at from intake.batch where format = $2))`,
        [importing.world.unitNo('sma'), format],
      );
      const asStored = sites.map(({ name, country, latitude, type, status, joint }) =>
        JSON.stringify([name, country, latitude === null ? null : Number(latitude), type, status, joint]),
      );
      expect(asStored.sort()).toEqual(sitesOf(events));
    },
    180_000,
  );

  test('shares, capacities and figures are those of the files, to the last digit', async () => {
    for (const format of ['gem-iron-ore', 'gem-steel', 'fineprint'] as const) {
      const events = await eventsOf(await open(format, from));
      const [row] = await importing.world.rows<{ tonnes: string | null; percent: string | null; value: string | null }>(
        `with mine as (select unit_no from vault.site where created_at >= (select committed_at from intake.batch where format = $1)
             and created_at <= (select committed_at + interval '0' from intake.batch where format = $1))
         select (select sum(tonnes_per_year) from vault.capacity where unit_no in (select unit_no from mine)) as tonnes,
           (select sum(percent) from vault.site_owner where unit_no in (select unit_no from mine)) as percent,
           (select sum(value) from vault.measurement where unit_no in (select unit_no from mine)) as value`,
        [format],
      );
      const sum = (values: (string | null | undefined)[]) =>
        values.reduce((total, each) => total + Number(each ?? 0), 0);
      expect(Number(row?.tonnes)).toBeCloseTo(
        sum(recordsOf(events, 'capacity').map(({ quantity }) => quantity.value)),
        0,
      );
      expect(Number(row?.percent)).toBeCloseTo(
        sum(
          recordsOf(events, 'ownershipShare').flatMap(({ subject, percent }) =>
            subject.kind === 'SITE' ? [percent] : [],
          ),
        ),
        2,
      );
      const told = sum(recordsOf(events, 'measurement').map(({ quantity }) => quantity?.value));
      expect(Math.abs(Number(row?.value) - told)).toBeLessThanOrEqual(1e-9 * told);
    }
  });

  test('what is not published stays with its owner and the importer; what is, names its source', async () => {
    const open = await importing.world.rows<{ tier: number; indicator: string; sourced: boolean }>(
      `select distinct tier, indicator_id as indicator, source_url is not null and published_at is not null as sourced from vault.measurement where source = 'IMPORT'`,
    );
    expect(
      open
        .filter(({ tier }) => tier === 0)
        .every(({ indicator, sourced }) => indicator === 'OUTPUT_REPORTED' && sourced),
    ).toBe(true);
    expect(
      open.filter(({ tier }) => tier !== 0).every(({ tier, indicator }) => tier === 8 && indicator === 'PROD_VOLUME'),
    ).toBe(true);
    expect(await importing.count(`vault.organisation where source = 'IMPORT' and (is_member or verified)`)).toBe(0);
    expect(await importing.count(`vault.link where source = 'IMPORT' and state <> 'ASSERTED'`)).toBe(0);
  });
});

async function counts(importing: Importing): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of ['organisation', 'site', 'site_owner', 'capacity', 'measurement', 'link']) {
    found[table] = await importing.count(`vault.${table}`);
  }
  return found;
}

function difference(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([table, count]) => [table, count - (before[table] ?? 0)]));
}
