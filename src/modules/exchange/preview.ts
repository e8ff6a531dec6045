import type { ImportSource } from './csv/stageRows';
import { candidateMatches, type CandidateMatch, type CandidateSettings } from './matching';
import type {
  FileFault,
  OwnershipShareRecord,
  Rejection,
  StagedEvent,
  StagedRecord,
  StagedRow,
  Warning,
} from './staging';

export interface PreviewSettings extends CandidateSettings {
  readonly namesComparedMax: number;
  readonly samplesPerCodeMax: number;
}

type Counts = Readonly<Record<string, number>>;

export interface FilePreview {
  /** rows = loaded + rejected. */
  readonly rows: number;
  readonly loaded: number;
  readonly rejected: number;
  /** Each rejected row counts once, under its first rejection. */
  readonly rejectedByCode: Counts;
  /** A row may have several. */
  readonly warningsByCode: Counts;
  readonly columnsNotLoaded: readonly string[];
}

export interface PreviewData {
  readonly format: string;
  readonly files: Readonly<Record<string, FilePreview>>;
  readonly recordsByKind: Counts;
  /** Sites with two or more holders, named or not, by level. */
  readonly jointVentures: Readonly<Record<OwnershipShareRecord['level'], number>>;
  /** With any of these nothing of the import may be committed. */
  readonly faults: readonly FileFault[];
  readonly rejectionSamples: readonly Rejection[];
  readonly warningSamples: readonly Warning[];
  readonly candidates: readonly CandidateMatch[];
  /** False when there were more names or pairs than the settings admit. */
  readonly candidatesComplete: boolean;
}

/** What an import would do, before it does it. */
export class Preview {
  constructor(readonly data: PreviewData) {}

  get hasRejections(): boolean {
    return Object.values(this.data.files).some((file) => file.rejected > 0);
  }

  toJSON(): PreviewData {
    return this.data;
  }

  /** For a terminal: every count, a few findings of each code, every candidate. Ends with a line feed. */
  toText(): string {
    const { format, files, recordsByKind, faults, rejectionSamples, warningSamples } = this.data;
    const lines = [`Preview of ${format}`, ''];
    for (const [name, file] of Object.entries(files)) lines.push(...fileLines(name, file));
    lines.push('Records', ...countLines(recordsByKind));
    const { ULTIMATE, DIRECT } = this.data.jointVentures;
    if (ULTIMATE + DIRECT > 0) lines.push(`Joint ventures  ${ULTIMATE} by parents, ${DIRECT} by owners`);
    lines.push(...section('Faults: nothing can be committed', faults.map(faultLine)));
    lines.push(...section('Rejected, for example', rejectionSamples.map(findingLine)));
    lines.push(...section('Warnings, for example', warningSamples.map(findingLine)));
    lines.push(...this.candidateLines());
    return `${lines.join('\n')}\n`;
  }

  private candidateLines(): string[] {
    const { candidates, candidatesComplete } = this.data;
    const title = `May be one and the same; nothing was merged${candidatesComplete ? '' : ' (not all are shown)'}`;
    const lines = candidates.map(
      ({ kind, left, right, reason, similarity }) =>
        `  ${kind}  ${left} | ${right}  ${reason} ${similarity.toFixed(2)}`,
    );
    return section(title, lines);
  }
}

/** Adds up events as they pass; holds counts, a few samples and names up to a bound, never the rows. */
export class PreviewBuilder {
  private readonly files = new Map<string, FileCounts>();
  private readonly recordsByKind = new Map<string, number>();
  private readonly holders = { DIRECT: new HolderCount(), ULTIMATE: new HolderCount() };
  private readonly faults: FileFault[] = [];
  private readonly rejectionSamples: Samples<Rejection>;
  private readonly warningSamples: Samples<Warning>;
  private readonly names = { organisation: new Map<string, string>(), site: new Map<string, string>() };
  private namesComplete = true;

  constructor(
    private readonly source: Pick<ImportSource, 'format' | 'files' | 'columnsNotLoaded'>,
    private readonly settings: PreviewSettings,
  ) {
    for (const name of source.files) this.files.set(name, new FileCounts());
    this.rejectionSamples = new Samples(settings.samplesPerCodeMax);
    this.warningSamples = new Samples(settings.samplesPerCodeMax);
  }

  add(event: StagedEvent): void {
    if (event.kind === 'fault') {
      this.faults.push(event);
      return;
    }
    this.countsOf(event.file).add(event);
    for (const warning of event.warnings) this.warningSamples.add(warning);
    if (event.kind === 'rejected') this.rejectionSamples.add(event.rejections[0]);
    else for (const record of event.records) this.addRecord(record);
  }

  finish(): Preview {
    const { settings, source } = this;
    const organisations = candidateMatches('organisation', this.names.organisation.values(), settings);
    const sites = candidateMatches('site', this.names.site.values(), settings);
    const files = [...this.files].map(([name, counts]): [string, FilePreview] => [
      name,
      counts.toPreview(source.columnsNotLoaded[name] ?? []),
    ]);
    return new Preview({
      format: source.format,
      files: Object.fromEntries(files),
      recordsByKind: sorted(this.recordsByKind),
      jointVentures: { DIRECT: this.holders.DIRECT.jointVentures, ULTIMATE: this.holders.ULTIMATE.jointVentures },
      faults: this.faults,
      rejectionSamples: this.rejectionSamples.all,
      warningSamples: this.warningSamples.all,
      candidates: [...organisations.candidates, ...sites.candidates],
      candidatesComplete: this.namesComplete && organisations.complete && sites.complete,
    });
  }

  private countsOf(file: string): FileCounts {
    const counts = this.files.get(file) ?? new FileCounts();
    this.files.set(file, counts);
    return counts;
  }

  private addRecord(record: StagedRecord): void {
    increment(this.recordsByKind, record.kind);
    if (record.kind === 'ownershipShare' && record.subject.kind === 'SITE') {
      this.holders[record.level].add(`${record.subject.key}|${record.fromYear ?? ''}`, record.subject.key);
    }
    if (record.kind !== 'organisation' && record.kind !== 'site') return;
    const names = this.names[record.kind];
    if (names.has(record.key)) return;
    if (names.size < this.settings.namesComparedMax) names.set(record.key, record.name);
    else this.namesComplete = false;
  }
}

/** Reads the source to its end. */
export async function previewOf(source: ImportSource, settings: PreviewSettings): Promise<Preview> {
  const builder = new PreviewBuilder(source, settings);
  for await (const event of source.events()) builder.add(event);
  return builder.finish();
}

class FileCounts {
  private loaded = 0;
  private rejected = 0;
  private readonly rejectedByCode = new Map<string, number>();
  private readonly warningsByCode = new Map<string, number>();

  add(row: StagedRow): void {
    for (const { code } of row.warnings) increment(this.warningsByCode, code);
    if (row.kind === 'loaded') {
      this.loaded += 1;
    } else {
      this.rejected += 1;
      increment(this.rejectedByCode, row.rejections[0].code);
    }
  }

  toPreview(columnsNotLoaded: readonly string[]): FilePreview {
    const { loaded, rejected } = this;
    return {
      rows: loaded + rejected,
      loaded,
      rejected,
      rejectedByCode: sorted(this.rejectedByCode),
      warningsByCode: sorted(this.warningsByCode),
      columnsNotLoaded,
    };
  }
}

class HolderCount {
  private readonly holdersBySubject = new Map<string, number>();
  private readonly sites = new Set<string>();

  add(subject: string, site: string): void {
    const holders = (this.holdersBySubject.get(subject) ?? 0) + 1;
    this.holdersBySubject.set(subject, holders);
    if (holders > 1) this.sites.add(site);
  }

  get jointVentures(): number {
    return this.sites.size;
  }
}

class Samples<Sample extends Rejection | Warning> {
  private readonly byCode = new Map<string, Sample[]>();

  constructor(private readonly perCodeMax: number) {}

  add(sample: Sample): void {
    const samples = this.byCode.get(sample.code) ?? [];
    if (samples.length >= this.perCodeMax) return;
    samples.push(sample);
    this.byCode.set(sample.code, samples);
  }

  get all(): Sample[] {
    return [...this.byCode].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, samples]) => samples);
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fileLines(name: string, file: FilePreview): string[] {
  const lines = [`${name}: ${file.rows} rows = ${file.loaded} loaded + ${file.rejected} rejected`];
  if (file.rejected > 0) lines.push('  rejected', ...countLines(file.rejectedByCode, '    '));
  if (Object.keys(file.warningsByCode).length > 0) lines.push('  warnings', ...countLines(file.warningsByCode, '    '));
  if (file.columnsNotLoaded.length > 0) lines.push(`  not loaded: ${file.columnsNotLoaded.join(', ')}`);
  return [...lines, ''];
}

function countLines(counts: Counts, indent = '  '): string[] {
  return Object.entries(counts).map(([name, count]) => `${indent}${String(count).padStart(8)}  ${name}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function findingLine({ file, row, column, code, value, hint }: Rejection | Warning): string {
  return `  ${file}:${row}${column === null ? '' : ` ${column}`}  ${code}  \`${value}\`  ${hint}`;
}

function faultLine({ file, row, column, code, hint }: FileFault): string {
  return `  ${file}:${row}${column === null ? '' : ` ${column}`}  ${code}  ${hint}`;
}
