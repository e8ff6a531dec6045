import { AGES, PHASES } from './cells';
import type { Classification, ClassifiedColumn, ClassifiedFact, FixedCell } from './classification';
import { gatesMask } from './decide';
import { NO_GROUND, groundMask, groundNames, type GroundMask } from './grounds';
import type { Masks } from './masks';
import { groundWords } from './words';

/** A figure of the catalogue with the class it has where its owner says nothing. */
export interface IndicatorClass {
  readonly code: string;
  /** Whether the figure is about a site, a member as a whole or a product. */
  readonly level: string;
  readonly cell: FixedCell;
}

/** How each column and each figure is classified. */
export interface Classes {
  readonly classification: Classification;
  readonly indicators: readonly IndicatorClass[];
}

/** What of one version is compared: its classes, and the law that judges them. */
export interface ClassifiedLaw extends Classes {
  readonly masks: Masks;
}

/** One thing that another version classifies otherwise; `words` says what that opens and closes. */
export interface ClassChange {
  /** `Fact`, `Fact.column` or `Measurement.INDICATOR (SITE)`. */
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly opened: GroundMask;
  readonly closed: GroundMask;
  readonly words: string;
}

interface Classed {
  readonly text: string;
  /** Null: as the row, or as a class stored beside it; then who reads it is the row's matter. */
  readonly cell: FixedCell | null;
}

/** Who reads a cell at some age in some phase: the widest that its class allows. */
function readersOf(masks: Masks, cell: FixedCell | null, without: GroundMask): GroundMask {
  if (cell === null) return NO_GROUND;
  const each = PHASES.flatMap((phase) => AGES.map((age) => gatesMask(masks, { ...cell, age, phase })));
  return each.reduce((all, mask) => all | mask, NO_GROUND) & ~without;
}

function cellText({ tier, sensitivity, dataClass }: FixedCell): string {
  return `${tier}/${sensitivity}/${dataClass}`;
}

function columnText({ class: spec }: ClassifiedColumn): string {
  switch (spec.kind) {
    case 'row':
      return 'as the row';
    case 'fixed':
      return `${cellText(spec.cell)}, closed as ${spec.closed}`;
    case 'stored':
      return `stored in ${spec.column}/${spec.dataClass}, closed as ${spec.closed}`;
  }
}

/** Everything of a fact beside its columns that decides who reads its rows. */
function factText(fact: ClassifiedFact): string {
  const named = (title: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${title} ${names.join(', ')}`];
  const grants = { none: [], fact: ['agreements may cover it'], column: ['agreements may cover it figure by figure'] };
  return [
    cellText(fact.rowDefault),
    `closed as ${fact.closed}`,
    ...named('ages from', fact.ageColumn === null ? [] : [fact.ageColumn]),
    ...named('each of these ends admits the reader:', fact.subjects.length < 2 ? [] : fact.subjects),
    ...named('names', [...fact.parties, ...fact.partyLists]),
    ...grants[fact.grants.kind],
    ...named('never open to', fact.without.map(groundWords)),
    ...fact.conditional.map(({ grounds, when }) => {
      const who = grounds.map(groundWords).join(', ');
      return `open to ${who} only where ${when.replaceAll('{row}.', '')}`;
    }),
  ].join('; ');
}

function classesOf({ classification, indicators }: Classes): ReadonlyMap<string, Classed> {
  const entries = classification.facts.flatMap((fact): [string, Classed][] => [
    [fact.type, { text: factText(fact), cell: fact.rowDefault }],
    ...fact.columns.map((column): [string, Classed] => [
      `${fact.type}.${column.name}`,
      { text: columnText(column), cell: column.class.kind === 'fixed' ? column.class.cell : null },
    ]),
  ]);
  const figures = indicators.map(({ code, level, cell }): [string, Classed] => [
    `Measurement.${code} (${level})`,
    { text: cellText(cell), cell },
  ]);
  return new Map([...entries, ...figures]);
}

/** Every class in words, one line a fact, a column with a class of its own, or a figure: what a board signs beside the law. */
export function classLines(classes: Classes): string[] {
  return [...classesOf(classes)].flatMap(([subject, { text }]) =>
    text === 'as the row' ? [] : [`${subject}: ${text}`],
  );
}

function withoutOf({ classification }: ClassifiedLaw): ReadonlyMap<string, GroundMask> {
  return new Map(classification.facts.map((fact) => [fact.type, groundMask(fact.without)]));
}

function said(subject: string, before: Classed | undefined, after: Classed | undefined): string {
  if (before === undefined) return `new: ${subject}: ${after?.text ?? ''}`;
  if (after === undefined) return `gone: ${subject}, which was ${before.text}`;
  return `${subject}: ${before.text} -> ${after.text}`;
}

/** What a change of classification opens and closes, each class judged by the law of its own version. */
export function compareClassifications(before: ClassifiedLaw, after: ClassifiedLaw): ClassChange[] {
  const [old, now] = [classesOf(before), classesOf(after)];
  const [oldWithout, nowWithout] = [withoutOf(before), withoutOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((subject): ClassChange[] => {
    const [then, today] = [old.get(subject), now.get(subject)];
    if (then?.text === today?.text) return [];
    const fact = subject.replace(/\..*$/, '');
    const could = readersOf(before.masks, then?.cell ?? null, oldWithout.get(fact) ?? NO_GROUND);
    const can = readersOf(after.masks, today?.cell ?? null, nowWithout.get(fact) ?? NO_GROUND);
    const [opened, closed] = [can & ~could, could & ~can];
    const who = (mask: GroundMask): string => groundNames(mask).map(groundWords).join('; ');
    const words = [
      said(subject, then, today),
      ...(opened === NO_GROUND ? [] : [`  opened to ${who(opened)}`]),
      ...(closed === NO_GROUND ? [] : [`  closed to ${who(closed)}`]),
    ].join('\n');
    return [{ subject, before: then?.text ?? null, after: today?.text ?? null, opened, closed, words }];
  });
}

/** The changes in plain words, those that open first. */
export function classChangesText(changes: readonly ClassChange[]): string {
  const opening = changes.filter((change) => change.opened !== NO_GROUND);
  const others = changes.filter((change) => change.opened === NO_GROUND);
  return [
    `${changes.length} classifications changed, ${opening.length} of them open something`,
    ...[...opening, ...others].map((change) => change.words),
  ].join('\n');
}
