import { InvalidArgumentError, Option, type Command } from 'commander';
import { readMasks } from '../lawCompiler';
import { askedClass, type AskedClass } from '../policy/askedClass';
import { AGES, DATA_CLASSES, PHASES, SENSITIVITIES, TIERS, type Outcome } from '../policy/cells';
import type { ClosedOutcome, GateCodes } from '../policy/decide';
import { explainDisclosure, explanationText } from '../policy/explain';
import { groundMask, isGroundName, whileCompetitor, type GroundName } from '../policy/grounds';
import { readClasses } from './policyFiles';
import type { PolicyCommandPlace } from './policyPlace';

interface ExplainOptions extends GateCodes {
  readonly ground: GroundName[];
  readonly competitor: boolean;
  readonly type?: string;
  readonly field?: string;
  readonly indicator?: string;
  readonly level: string;
  readonly closed: ClosedOutcome;
  readonly periodEnd?: string;
  readonly addressed: boolean;
  readonly grantable: boolean;
  readonly statistic: boolean;
  readonly frozen: boolean;
  readonly covered: boolean;
  readonly json: boolean;
}

const CLOSED: readonly Outcome[] = ['HIDE', 'REDACT', 'AGGREGATE_ONLY'];

function ground(text: string, previous: GroundName[]): GroundName[] {
  if (!isGroundName(text)) throw new InvalidArgumentError('no such ground; `policy matrix --json` lists them');
  return [...previous, text];
}

/** The class of a type, a field or a figure as the files have it; null where codes are given one by one. */
function classOf(root: string, { type, field, indicator, level }: ExplainOptions): AskedClass | null {
  if (type === undefined && indicator === undefined) return null;
  const { classification, indicators } = readClasses(root);
  const name = type ?? 'Measurement';
  const fact = classification.facts.find((candidate) => candidate.type === name);
  if (fact === undefined) {
    throw new InvalidArgumentError(
      `no such type; use one of ${classification.facts.map((item) => item.type).join(', ')}`,
    );
  }
  const figures = indicators.filter((candidate) => candidate.code === indicator);
  if (indicator !== undefined && figures.length === 0) throw new InvalidArgumentError('no such indicator');
  const figure = figures.find((candidate) => candidate.level === level) ?? figures[0];
  return askedClass(fact, field ?? null, figure?.cell ?? null);
}

function explain({ root, write }: PolicyCommandPlace, options: ExplainOptions): void {
  const { tier, sensitivity, age, phase, dataClass } = options;
  const held = options.competitor ? options.ground.map(whileCompetitor) : options.ground;
  const asked: AskedClass = classOf(root, options) ?? {
    cell: { tier, sensitivity, dataClass },
    closed: { declared: options.closed, sensitivity, dataClass },
    without: 0,
    addressed: options.addressed,
    grantable: options.grantable,
  };
  const { cell, ...rest } = asked;
  const explanation = explainDisclosure(readMasks(root), {
    ...rest,
    pair: groundMask(['ANYONE', ...held]),
    codes: { ...cell, age, phase },
    competitionDeclared: true,
    periodEnd: options.periodEnd ?? null,
    statistic: options.statistic,
    frozen: options.frozen,
    covered: options.covered,
  });
  write(options.json ? JSON.stringify(explanation, null, 2) : explanationText(explanation));
}

/** Adds `policy explain`: by the name of a type, a field or a figure, or by the codes of the three gates. */
export function registerExplain(policy: Command, place: PolicyCommandPlace): void {
  policy
    .command('explain')
    .description('say why a ground may or may not read a kind of field, by which rules, and the lawful way on')
    .option('-g, --ground <name...>', 'a ground of the reader; repeat for several', ground, [])
    .option('--competitor', 'the reader competes with the owner', false)
    .option('--type <name>', 'a type of fact, such as Plan or Capacity; its class stands for the codes below')
    .option('--field <name>', 'a field of that type, such as budgetBand')
    .option('--indicator <code>', 'a figure, such as GHG_INT; its class stands for the codes below')
    .addOption(
      new Option('--level <level>', 'whom the figure is about').choices(['SITE', 'MEMBER', 'PRODUCT']).default('SITE'),
    )
    .addOption(new Option('--tier <code>').choices([...TIERS]).default('OWNER_ONLY'))
    .addOption(new Option('--sensitivity <code>').choices([...SENSITIVITIES]).default('NONE'))
    .addOption(new Option('--age <code>').choices([...AGES]).default('TWELVE_MONTHS'))
    .addOption(new Option('--phase <code>').choices([...PHASES]).default('COOPERATION'))
    .addOption(new Option('--data-class <code>').choices([...DATA_CLASSES]).default('PERFORMANCE'))
    .addOption(new Option('--closed <outcome>').choices([...CLOSED]).default('HIDE'))
    .option('--period-end <date>', 'the day on which the period ended, YYYY-MM-DD')
    .option('--addressed', 'the kind of fact names its parties', false)
    .option('--grantable', 'an agreement may cover the field', false)
    .option('--statistic', 'a registered statistic covers the field', false)
    .option('--covered', 'a live agreement covers the field for the purpose', false)
    .option('--frozen', 'counsel holds the class of data back', false)
    .option('--json', 'as JSON', false)
    .action((options: ExplainOptions) => explain(place, options));
}
