import type { TableDimension } from './dimensions';
import type { RegisteredTable, Registry } from './registeredTables';

/** A piece of the page that tells users what statistics protect; `id` is its anchor. */
export interface GuideSection {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly points: readonly string[];
}

/** Where the page is served; refusals name it. */
export const GUIDE_ADDRESS = '/statistics';

/**
 * What is protected, what is not, and why a cell is missing, in plain words. Every figure in it is the one that is in
 * force: it is made from the thresholds and the registered tables, and tests hold the text in git to it.
 */
export function statisticsGuide(registry: Registry): readonly GuideSection[] {
  return [whatYouGet(registry), whyMissing(registry), whatIsProtected(registry), whatIsNot(registry), tables(registry)];
}

function whatYouGet({ thresholds, objectionDays }: Registry): GuideSection {
  return {
    id: 'what',
    title: 'What you get',
    paragraphs: [
      'The alliance publishes figures about itself as a whole. They are made from what its members report, and they are made so that nobody, not even a competitor who knows its own figures, can work out the figure of one member from them.',
      'Everybody entitled to a table gets the same table, free: buyers and sellers, members and the public.',
    ],
    points: [
      `Figures are rounded to ${thresholds.significantFigures} significant figures. Rounding is for reading; it is not what protects.`,
      'How many groups stand behind a figure is told as a band: 5-9, 10-19, 20-49 or 50+. One group is left out of the count: whoever reads may be one of them.',
      `How many sites hold a certificate is told as a range, at least ${thresholds.minimumContributors} counts wide besides those that any ${thresholds.ledgerInsiders} groups know: a count of none, or of all, would tell of each site.`,
      `The inputs of a period freeze when its tables are built. Inputs that are commercially sensitive ended at least ${thresholds.dataAgeMonthsMin} months before.`,
      `Tables for the public open ${objectionDays} days after the alliance gets them, so that whoever contributed can object to an error.`,
      'Tables can be had without login as CSV and JSON at /releases, and over GraphQL.',
    ],
  };
}

function whyMissing({ thresholds }: Registry): GuideSection {
  return {
    id: 'missing',
    title: 'Why a figure is missing',
    paragraphs: [
      'A closed cell has no value, the observation status Q and the confidentiality status C. Which of the reasons below closed it is never told, since that alone would say something about a member.',
    ],
    points: [
      `Too few groups: fewer than ${thresholds.minimumContributors} ownership groups besides your own reported. Sites of one owner are one group.`,
      `One group is too large: it has more than ${thresholds.dominancePercent} % of the total, or another could estimate it to within ${thresholds.pPercent} %.`,
      'It would open another cell: if a total and all but one of its parts were published, the last part would follow. So further cells are closed along with the sensitive ones.',
      `Too little would be left: where less than ${percent(thresholds.publishedCellShareMin)} of a table survives, its finest level is dropped, in an order fixed beforehand.`,
      `A question of your own is refused when, with everything ever answered to anybody, it would come too close to one group: SMALL_CELL, DIFFERENCING (it differs from an earlier answer by fewer than ${thresholds.differenceContributorsMin} groups, or uses up what may be learnt of one) or DERIVATION (two figures together would tell output). These refusals look at who is a member and what was asked before, never at a value, so they say nothing about anybody.`,
      'Each site is counted in one set only, level by level of one standard: certificates of a part of what was counted are not counted again.',
      'What helps: a wider region, a longer list of minerals or stages, another period, or the released table that the refusal names.',
    ],
  };
}

function whatIsProtected({ thresholds }: Registry): GuideSection {
  const { retainedVarianceShareRecent, retainedVarianceShareOlder, olderDataMonthsMin } = thresholds;
  return {
    id: 'protected',
    title: 'What is protected',
    paragraphs: [
      'The figure of every ownership group, in every combination of published tables and answered questions, however many people ask and pool their answers.',
    ],
    points: [
      `Against one insider: whoever contributed knows its own figures and those of its joint ventures, and still learns nobody else's.`,
      `Against subtraction: tables are checked together. In every closed cell, what remains possible is at least as wide as the rules ask (${thresholds.pPercent} % of the largest group to either side).`,
      `Against many questions: after all answers, at least ${percent(retainedVarianceShareRecent)} of what was uncertain about a group stays uncertain, ${percent(retainedVarianceShareOlder)} for figures older than ${olderDataMonthsMin} months. The book of answers belongs to the data, not to you: a second account does not help.`,
      `Against bought members: one that is not verified, or has belonged for less than ${thresholds.standingMonthsMin} months, does not count.`,
      `Against corrections: a change shows only in a later edition, and only where at least ${thresholds.vintageChangedContributorsMin} groups changed.`,
      'Smallest, largest, middle and ranked figures are never given: each of them is somebody.',
    ],
  };
}

function whatIsNot({ thresholds }: Registry): GuideSection {
  return {
    id: 'not-protected',
    title: 'What is not protected',
    paragraphs: ['No method protects against everything. This is what remains, so that members can decide knowing it:'],
    points: [
      'That somebody is a member, where its sites are, what they mine or make, and that a cell of a table has contributors.',
      'Which cells a table closes, and whether its finest level was dropped, depends on values: at most one yes or no for each cell and period, such as that somebody is large there.',
      'A size band is an assumption about what everybody knows beforehand. Who knows a member better than its band, from its own reports or from trade, starts closer.',
      `Side knowledge of more than ${thresholds.colludingInsiders} group: members who pool their own figures know more than the rules assume.`,
      'Slow change: a measure that moves little from year to year is learnt a little better with every period.',
      'What a member has published itself is known; it is counted as known and not protected.',
    ],
  };
}

function tables({ tables: registered }: Registry): GuideSection {
  return {
    id: 'tables',
    title: 'Tables that the alliance makes',
    paragraphs: ['Each was registered, with its cells, before anybody saw its data.'],
    points: registered.map(
      ({ title, dimensions, placesDownTo, audience }) =>
        `${title}: by ${dimensions.map((dimension) => wordOf(dimension, placesDownTo)).join(' and ')}, for ${audience === 'PUBLIC' ? 'everybody' : 'members and analysts'}.`,
    ),
  };
}

function wordOf(dimension: TableDimension, placesDownTo: RegisteredTable['placesDownTo']): string {
  if (dimension !== 'place') return dimension;
  return placesDownTo === 'REGION' ? 'region and world' : 'country, region and world';
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** The same as text, for the repository and for the command line. */
export function guideText(registry: Registry): string {
  const sections = statisticsGuide(registry).map(({ title, paragraphs, points }) =>
    [`## ${title}`, ...paragraphs, points.map((point) => `- ${point}`).join('\n')].join('\n\n'),
  );
  const head = `# Statistics: what they protect, and why a figure is missing

Made from \`policies/thresholds.yaml\` and \`policies/tables.yaml\` by \`sluice release guide\`; the hub serves it at \`${GUIDE_ADDRESS}\`.`;
  return `${[head, ...sections].join('\n\n')}\n`;
}
