import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadSession } from '../../../src/database/boundTransaction';
import { bindingOf } from '../../../src/modules/exchange/commit/actor';
import { exportData } from '../../../src/modules/exchange/export/exportData';
import { openOpenData, openOwnCsv, sourceFile } from '../../../src/modules/exchange/openSource';
import { indexCatalogue, ownCsv, type OwnKind } from '../../../src/modules/exchange/csv/ownKinds';
import { fixturesFolder, plainRows } from '../../unit/exchange/stagedEvents';
import { Importing, settings, today } from './importing';

const sites = [
  'name,type,member,country,subdivision,location,minerals,owners,status,nameplateCapacity,rmiCid',
  'Plant One,REFINERY,sma,CL,CL-AN,"-22.28,-68.9",cobalt:PRIMARY|copper:BY_PRODUCT,sma [60%]; Teal PLC [40%],OPERATING,1200.5,CID000123',
  "'=Plant Two,SMELTER,sma,CL,,,copper:PRIMARY,,CARE_AND_MAINTENANCE,,",
];
const measurements = [
  'subject,indicator,period,value,unit,mineral,product,basis,method,verification',
  'Plant One,WATER_WITHDRAWN,2024,1250.4,ML,,,,,THIRD_PARTY_LIMITED',
  'Plant One,GHG_S1_ABS,2024,12,kt CO2e,,,,GHG Protocol,',
  'Plant One,PROD_VOLUME,2024,900,t,cobalt,,CONTAINED_METAL,,',
  "'=Plant Two,WATER_WITHDRAWN,2024,NOT_AVAILABLE,ML,,,,,",
];
const links = ['supplier,customer,mineral,period,confidence', 'Plant One,auto,cobalt,2025,0.3'];
const assessments = [
  'site,standardVersion,result,assurance,validFrom,validTo,reportUrl,reportSha256',
  `Plant One,IRMA/1.0,IRMA_75,SECOND_PARTY,2024-01-01,2026-12-31,https://example.org/r.pdf,${'a'.repeat(64)}`,
];

let importing: Importing;
let folder: string;
beforeAll(async () => {
  importing = await Importing.start();
  folder = mkdtempSync(join(tmpdir(), 'sluice-exchange-'));
});
afterAll(async () => {
  await importing.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function rowsAs(name: string, sql: string, from: Importing = importing): Promise<Record<string, unknown>[]> {
  const { services, viewer } = await from.actor(name);
  const session = ReadSession.open(services.pools.reader, services.bindingKey, bindingOf(viewer));
  try {
    return await session.query(sql);
  } finally {
    await session.close();
  }
}
const countAs = async (name: string, table: string): Promise<number> =>
  Number((await rowsAs(name, `select count(*) as n from disclosed.${table}`))[0]?.n);

describe('own kinds', () => {
  test('sites, measurements, links and assessments of the acting member are stored as its mutations would', async () => {
    expect((await importing.importOwn('sma', 'sites', sites)).stored).toEqual({
      site: 2,
      site_owner: 2,
      'site_owner (sole)': 1,
      capacity: 1,
    });
    expect((await importing.importOwn('sma', 'measurements', measurements)).stored).toEqual({ measurement: 4 });
    expect((await importing.importOwn('sma', 'links', links)).stored).toEqual({ link: 1 });
    expect((await importing.importOwn('sma', 'assessments', assessments)).stored).toEqual({ assessment: 1, step: 1 });
    const figures = await importing.world.rows(
      `select indicator_id as indicator, value::float, unit, tier, sensitivity, source, verification from vault.measurement order by 1, 2`,
    );
    expect(figures).toMatchObject([
      { indicator: 'GHG_S1_ABS', value: 12000, unit: 't CO2e', source: 'SELF' },
      { indicator: 'PROD_VOLUME', value: 900, tier: 8, sensitivity: 3 },
      { indicator: 'WATER_WITHDRAWN', verification: 'THIRD_PARTY_LIMITED' },
      { indicator: 'WATER_WITHDRAWN', value: null },
    ]);
    expect(await importing.world.rows(`select state, label, level, assurance from vault.assessment`)).toEqual([
      { state: 'UNDER_REVIEW', label: 'SELF_DECLARED', level: 'IRMA_75', assurance: 'SECOND_PARTY' },
    ]);
    expect(await importing.world.rows('select machine, action, to_state from vault.transition order by 1')).toEqual([
      { machine: 'ASSESSMENT', action: 'record_existing', to_state: 'UNDER_REVIEW' },
      { machine: 'LINK_CONSENT', action: 'assert', to_state: 'ASSERTED' },
    ]);
    expect(await importing.world.rows(`select joint_venture, stages from vault.site order by name`)).toEqual([
      { joint_venture: false, stages: ['SMELTING'] },
      { joint_venture: true, stages: ['REFINING'] },
    ]);
  });

  test.each<[string, string, OwnKind, string[], string[]]>([
    ['a site of another member', 'sma', 'sites', ['name,type,member,country', 'X,REFINERY,smb,CL'], ['NOT_YOURS']],
    [
      'a name that nobody has',
      'sma',
      'sites',
      ['name,type,member,country', 'X,REFINERY,nobody,CL'],
      ['UNKNOWN_REFERENCE'],
    ],
    ['a figure about a site of another', 'smb', 'measurements', measurements.slice(0, 2), ['NOT_YOURS']],
    [
      'what the indicator is not measured by',
      'sma',
      'measurements',
      ['subject,indicator,period,value,unit', 'Plant One,GHG_S1_ABS,2023,1,t CO2e'],
      ['RULE_NOT_KEPT'],
    ],
    [
      'a link between two others',
      'sma',
      'links',
      ['supplier,customer,mineral,period,supplierStage', 'smb,auto,cobalt,2025,REFINING'],
      ['NOT_YOURS'],
    ],
    [
      'a certificate without its report',
      'sma',
      'assessments',
      [assessments[0] ?? '', 'Plant One,IRMA/1.0,IRMA_75,SECOND_PARTY,2023-01-01,2023-12-31,,'],
      ['MISSING_VALUE'],
    ],
    [
      'a result that outlives its standard',
      'sma',
      'assessments',
      [
        assessments[0] ?? '',
        `Plant One,IRMA/1.0,IRMA_75,SECOND_PARTY,2023-01-01,2033-12-31,https://e.org/r,${'b'.repeat(64)}`,
      ],
      ['OUT_OF_BOUNDS'],
    ],
  ])('refused: %s', async (_claim, name, kind, lines, codes) => {
    const report = await importing.importOwn(name, kind, lines);
    expect([report.state, report.preview.data.rejectionSamples.map(({ code }) => code)]).toEqual([
      'REFUSED',
      kind === 'assessments' && codes[0] === 'MISSING_VALUE' ? ['MISSING_VALUE'] : codes,
    ]);
    expect(await importing.count('intake.staged')).toBe(0);
  });

  test('a measurement refers to what is there, and that stays while it is referred to', async () => {
    const put = (column: string, value: string) =>
      importing.world.rows(
        `update vault.measurement set ${column} = ${value} where id = (select min(id::text)::uuid from vault.measurement)`,
      );
    const fault = (column: string) => ({ code: '23503', constraint: `measurement_${column}_fkey` });
    await expect(put('site_id', 'gen_random_uuid()')).rejects.toMatchObject(fault('site_id'));
    await expect(put('organisation_id', 'gen_random_uuid()')).rejects.toMatchObject(fault('organisation_id'));
    await expect(put('contributor_no', '-1')).rejects.toMatchObject(fault('contributor_no'));
    await expect(put('indicator_id', "'NOTHING'")).rejects.toMatchObject({ code: 'P0002' });
    const taken = importing.world.rows(`delete from reference.indicator where id = 'WATER_WITHDRAWN'`);
    await expect(taken).rejects.toMatchObject(fault('indicator_id'));
    await expect(importing.world.rows('delete from vault.site')).rejects.toMatchObject({ code: '23503' });
  });

  test('what is on record already is told at the commit', async () => {
    const again = (lines: string[]) => [lines[0] ?? '', ...lines.slice(1).map((line) => `${line} `)];
    const state = async (kind: OwnKind, lines: string[]) => {
      const { commitFaults } = await importing.importOwn('sma', kind, again(lines));
      return commitFaults.map(({ code }) => code);
    };
    expect(await state('sites', sites)).toEqual(['TAKEN', 'TAKEN']);
    expect(await state('links', links)).toEqual(['ON_RECORD']);
    expect(await state('assessments', assessments)).toEqual(['ON_RECORD']);
    // The same figures again are no fault, and nothing to store.
    expect((await importing.importOwn('sma', 'measurements', again(measurements))).stored).toEqual({});
  });

  test('members are entered by the secretariat alone, and a taken LEI is refused', async () => {
    const members = [
      'legalName,jurisdiction,stakeholderGroup,activities,lei',
      'Heron Copper SA,CL,UPSTREAM_INDUSTRY,copper/MINING_LSM/SELL,999900SLUICECOPPER57',
      'Watch Group,DE,CIVIL_SOCIETY,NONE,',
    ];
    await expect(importing.importOwn('sma', 'members', members)).rejects.toThrow('not open to your role');
    expect((await importing.importOwn('secretariat', 'members', members)).stored).toEqual({ organisation: 2 });
    expect(
      await importing.world.rows(
        `select standing, is_member, contributor_no = unit_no as own from vault.organisation where legal_name = 'Heron Copper SA'`,
      ),
    ).toEqual([{ standing: 'GOOD', is_member: true, own: true }]);
    const twin = [members[0] ?? '', 'Other SA,CL,UPSTREAM_INDUSTRY,copper/MINING_LSM/SELL,999900SLUICECOPPER57'];
    const report = await importing.importOwn('secretariat', 'members', twin);
    expect(report.preview.data.rejectionSamples.map(({ code, column }) => [code, column])).toEqual([['TAKEN', 'lei']]);
  });

  test('a dry run stores nothing, and the same file twice stores once', async () => {
    const lines = ['subject,indicator,period,value,unit', 'Plant One,WATER_WITHDRAWN,2020,5,ML'];
    expect((await importing.importOwn('sma', 'measurements', lines, { dryRun: true })).state).toBe('PREVIEWED');
    const before = await importing.count('vault.measurement');
    expect((await importing.importOwn('sma', 'measurements', lines)).state).toBe('COMMITTED');
    expect((await importing.importOwn('sma', 'measurements', lines)).state).toBe('COMMITTED_BEFORE');
    expect(await importing.count('vault.measurement')).toBe(before + 1);
  });
});

describe('export', () => {
  test('gives everything back, and what it gives is imported again as it was', async () => {
    const manifest = await exportData(await importing.actor('sma'), { format: 'csv', folder });
    const rowsOf = Object.fromEntries(manifest.files.map(({ name, rows }) => [name, rows]));
    expect(rowsOf).toMatchObject({
      'facts/site.csv': 2,
      'facts/measurement.csv': 5,
      'facts/capacity.csv': 1,
      'facts/link.csv': 1,
      'facts/assessment.csv': 1,
    });
    expect(plainRows(join(folder, 'facts/capacity.csv'))[0]).toMatchObject({
      tier: 'OWNER_ONLY',
      tonnes_per_year: '1200.5',
    });
    expect(readFileSync(join(folder, 'import/sites.csv'), 'utf8')).toContain("'=Plant Two");

    const fresh = await Importing.start();
    try {
      const actor = await fresh.actor('sma');
      for (const kind of ['sites', 'measurements', 'links', 'assessments'] as const) {
        const rules = { catalogue: indexCatalogue(actor.services.catalogue), links: settings.links, today };
        const report = await fresh.import('sma', ownCsv(kind, sourceFile(join(folder, `import/${kind}.csv`)), rules));
        expect([kind, report.preview.data.rejectionSamples, report.state]).toEqual([kind, [], 'COMMITTED']);
      }
      const again = join(folder, 'again');
      await exportData(actor, { format: 'csv', folder: again });
      for (const kind of ['sites', 'measurements', 'links', 'assessments']) {
        const sorted = (path: string) => readFileSync(path, 'utf8').split('\r\n').sort();
        expect(sorted(join(again, `import/${kind}.csv`))).toEqual(sorted(join(folder, `import/${kind}.csv`)));
      }
    } finally {
      await fresh.stop();
    }
  });

  test('holds the history of a restated fact, as JSON too, and nothing of another member', async () => {
    await importing.world.rows(
      `update vault.measurement set value = 1300 where indicator_id = 'WATER_WITHDRAWN' and value = 1250.4`,
    );
    const path = join(folder, 'json');
    await exportData(await importing.actor('sma'), { format: 'json', folder: path });
    const rows: { value: string; indicator_id: string }[] = JSON.parse(
      readFileSync(join(path, 'facts/measurement.json'), 'utf8'),
    );
    const water = rows.filter(({ indicator_id }) => indicator_id === 'WATER_WITHDRAWN').map(({ value }) => value);
    expect(water).toEqual(expect.arrayContaining(['1250.4', '1300']));
    const rival = join(folder, 'rival');
    const manifest = await exportData(await importing.actor('smb'), { format: 'json', folder: rival });
    const told = manifest.files.filter(({ rows: count }) => count > 0).map(({ name }) => name);
    expect(told).toEqual(['facts/organisation.json', 'facts/activity.json']);
  });
});

describe('what an importer of open data contributed', () => {
  test('it reads back; others see the public part and nothing that stays with its owner', async () => {
    const before = Object.fromEntries(
      await Promise.all(['sma', 'smb'].map(async (name) => [name, await countAs(name, 'capacity')])),
    ) as Record<string, number>;
    const paths = ['sites', 'owners', 'production', 'processing', 'flows'].map((role) =>
      join(fixturesFolder, `fineprint-${role}.csv`),
    );
    for (const [format, files] of [
      ['gem-iron-ore', [join(fixturesFolder, 'iron-ore-mines.csv')]],
      ['fineprint', paths],
    ] as const) {
      const source = await openOpenData(format, files, today);
      if (!source.ok) throw new Error(source.error.hint);
      expect((await importing.import('sma', source.value, { partial: true })).state).toBe('COMMITTED');
    }
    const capacities = await importing.count(`vault.capacity where source = 'IMPORT'`);
    const flows = await importing.count(`vault.link where source = 'IMPORT'`);
    expect([capacities > 0, flows > 0]).toEqual([true, true]);
    expect((await countAs('sma', 'capacity')) - (before.sma ?? 0)).toBe(capacities);
    expect((await countAs('smb', 'capacity')) - (before.smb ?? 0)).toBe(0);
    const asTold = `select count(*) as n from disclosed.link l join disclosed.site s on s.id = l.supplier_site_id where s.name = 'Kittiwake'`;
    expect(Number((await rowsAs('sma', asTold))[0]?.n)).toBeGreaterThan(0);
    for (const name of ['smb', 'secretariat']) expect(Number((await rowsAs(name, asTold))[0]?.n)).toBe(0);
    const figures = `select distinct indicator_id as id from disclosed.measurement where source = 'IMPORT' order by 1`;
    expect(await rowsAs('sma', figures)).toEqual([{ id: 'OUTPUT_REPORTED' }, { id: 'PROD_VOLUME' }]);
    expect(await rowsAs('smb', figures)).toEqual([{ id: 'OUTPUT_REPORTED' }]);
    expect(
      Number((await rowsAs('smb', `select count(*) as n from disclosed.site where name = 'Kittiwake'`))[0]?.n),
    ).toBe(1);
  });

  test('an export gives it back too, and tells the subjects apart', async () => {
    const path = join(folder, 'contributed');
    await exportData(await importing.actor('sma'), { format: 'csv', folder: path });
    const names = plainRows(join(path, 'facts/site.csv')).map((row) => row['name']);
    expect(names).toEqual(expect.arrayContaining(['Plant One', 'Kittiwake', 'Blue Heron Mine']));
  });

  test('a site of an earlier import is found by its identifier alone', async () => {
    const path = join(fixturesFolder, 'steel-plants.csv');
    const first = await openOpenData('gem-steel', [path], today);
    if (!first.ok) throw new Error(first.error.hint);
    await importing.import('sma', first.value, { partial: true });
    const sitesNow = await importing.count('vault.site');
    const header = readFileSync(path, 'utf8').split(/\r?\n/);
    const later = join(folder, 'steel-later.csv');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(later, `${header.slice(0, 3).join('\n')}\n`);
    const second = await openOpenData('gem-steel', [later], today);
    if (!second.ok) throw new Error(second.error.hint);
    const report = await importing.import('sma', second.value, { partial: true });
    expect([report.state, await importing.count('vault.site')]).toEqual(['COMMITTED', sitesNow]);
    // For another importer it is another site: it never learns what this one imported.
    await importing.import('smb', second.value, { partial: true });
    expect(await importing.count('vault.site')).toBeGreaterThan(sitesNow);
  });
});

test('a file that is not there is one clear sentence', async () => {
  const { services } = await importing.actor('sma');
  const rules = { catalogue: indexCatalogue(services.catalogue), links: settings.links, today };
  expect(await openOwnCsv('sites', '/nowhere.csv', rules)).toEqual({
    ok: false,
    error: { code: 'NO_SUCH_FILE', hint: 'no file `/nowhere.csv`' },
  });
});
