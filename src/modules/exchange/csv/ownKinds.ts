import type { Catalogue, IndicatorRow } from '../../reference';
import { FingerprintTable } from '../fingerprintTable';
import type { StagedRecord } from '../staging';
import { assessmentColumns, readAssessment } from './assessmentRows';
import { Cells } from './cells';
import { linkColumns, readLink, type LinkLimits } from './linkRows';
import { measurementColumns, readMeasurement } from './measurementRows';
import { memberColumns, readMember } from './memberRows';
import type { SourceFile } from './readRows';
import { readOwnSite, siteColumns } from './siteRows';
import { stageRows, type ImportSource } from './stageRows';

/**
 * Our own CSV kinds (`domain.md` 5): UTF-8, byte order mark tolerated, header, ISO dates, dot decimals; columns are
 * attribute names, an unknown column is a fault, blank is not zero. Every fault of a row is told at once.
 */
export const ownKinds = ['members', 'sites', 'links', 'measurements', 'assessments'] as const;
export type OwnKind = (typeof ownKinds)[number];

/** The catalogue as rows ask it. */
export interface CatalogueIndex {
  readonly minerals: ReadonlySet<string>;
  readonly indicators: ReadonlyMap<string, IndicatorRow>;
  readonly hs6Headings: ReadonlySet<string>;
  /** By `standard/version`. */
  readonly levelsOfVersion: ReadonlyMap<string, readonly string[]>;
}

export interface OwnKindRules {
  readonly catalogue: CatalogueIndex;
  readonly links: LinkLimits;
  /** ISO date: measured periods have ended by then. */
  readonly today: string;
}

export interface OwnKindContext extends OwnKindRules {
  /** What earlier rows of the file were about. */
  readonly seen: FingerprintTable;
}

interface KindDescription {
  readonly columns: { readonly required: readonly string[]; readonly optional: readonly string[] };
  readonly read: (cells: Cells, context: OwnKindContext) => readonly StagedRecord[];
}

const kinds: Readonly<Record<OwnKind, KindDescription>> = {
  members: { columns: memberColumns, read: (cells, context) => oneOrNone(readMember(cells, context)) },
  sites: { columns: siteColumns, read: readOwnSite },
  links: { columns: linkColumns, read: (cells, context) => oneOrNone(readLink(cells, context)) },
  measurements: { columns: measurementColumns, read: (cells, context) => oneOrNone(readMeasurement(cells, context)) },
  assessments: { columns: assessmentColumns, read: (cells, context) => oneOrNone(readAssessment(cells, context)) },
};

export function ownCsv(kind: OwnKind, file: SourceFile, rules: OwnKindRules): ImportSource {
  const { columns, read } = kinds[kind];
  return {
    format: kind,
    files: [file.name],
    inputs: [file],
    columnsNotLoaded: {},
    events: () => {
      const context = { ...rules, seen: new FingerprintTable() };
      return stageRows(file, { ...columns, unknownColumns: 'REFUSE' }, (row, outcome) => {
        outcome.load(...read(new Cells(row, outcome), context));
      });
    },
  };
}

/** The columns of a kind, required first: the header of an empty file to start from. */
export function columnsOf(kind: OwnKind): readonly string[] {
  return [...kinds[kind].columns.required, ...kinds[kind].columns.optional];
}

export function indexCatalogue(
  catalogue: Pick<Catalogue, 'minerals' | 'indicators' | 'hs6Headings' | 'standards'>,
): CatalogueIndex {
  return {
    minerals: new Set(catalogue.minerals.map((row) => row.mineralId)),
    indicators: new Map(catalogue.indicators.map((row) => [row.indicatorId, row])),
    hs6Headings: catalogue.hs6Headings,
    levelsOfVersion: new Map(catalogue.standards.map((row) => [`${row.standardId}/${row.version}`, row.levels])),
  };
}

function oneOrNone(record: StagedRecord | null): readonly StagedRecord[] {
  return record === null ? [] : [record];
}
