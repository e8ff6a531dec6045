/** What operations are made with: ids and texts of what the reader may know of, of what it may not, and of nothing at all. */
export interface Material {
  /** seen, hidden and missing ones of every kind, and nonsense */
  ids: string[];
  texts: string[];
  /** inputs of statistics */
  questions: string[];
  /** what a field that is named so finds by its `id` */
  named: Readonly<Record<string, string>>;
}

/** Values in the language: those that the hub takes, and those that it refuses. */
export interface Values {
  good: string[];
  bad: string[];
}

const DATES = ['2025-06-01', '2026-01-15'];
const KNOWN: Readonly<Record<string, string[]>> = {
  mineral: ['cobalt', 'copper'],
  standard: ['IRMA', 'TSM'],
  standardGap: ['IRMA'],
  indicator: ['TRIR', 'GHG_INT'],
  asOf: ['2026-06-01T00:00:00Z', '2025-06-01T00:00:00Z'],
  type: ['Measurement', 'Site', 'Link', 'Plan'],
  periodEnd: DATES,
  jurisdiction: ['CL', 'CD'],
  table: ['table-1', 'none'],
  field: ['value', 'name'],
  stage: ['REFINING'],
  outcome: ['ALLOW', 'DENY'],
  unit: ['ML', 't'],
};
const WRONG_TEXTS: Readonly<Record<string, string>> = { asOf: 'yesterday', after: 'no cursor', before: 'no cursor' };

/** Values of a plain type; `owner` is the input object that the value stands in. */
export function inputValues(material: Material, type: string, name: string, owner: string): Values {
  const texts = (all: readonly string[]): string[] => all.map((text) => JSON.stringify(text));
  if (owner === 'DateFilter') return { good: texts(DATES), bad: texts(['yesterday']) };
  if (owner === 'DecimalFilter') return { good: texts(['0', '250000', '500000.5']), bad: texts(['many']) };
  switch (type) {
    case 'ID':
      return { good: texts(material.ids), bad: ['{}'] };
    case 'Int':
    case 'Float':
      return { good: ['1', '2', '3', '20'], bad: ['0', '101', '-1', '"x"'] };
    case 'Boolean':
      return { good: ['true', 'false'], bad: ['"x"'] };
    default:
      return {
        good: texts([...(KNOWN[name] ?? []), ...(name in WRONG_TEXTS ? [] : material.texts)]),
        bad: texts([WRONG_TEXTS[name] ?? '']),
      };
  }
}
