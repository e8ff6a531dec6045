import { parse } from 'yaml';
import type { IndicatorClass } from '../../policy/classificationDiff';
import { derivationsOf, sensitivityOf } from './loadIntoDatabase';
import { readIndicators } from './readers';
import { CatalogueError, type CatalogueFault } from './table';

/**
 * How figures are classified where their owner says nothing, from the texts of `reference/indicators.csv` and
 * `policies/derivations.yaml` of any version.
 * @throws CatalogueError naming what cannot be read
 */
export function indicatorClasses(indicatorsCsv: string, derivationsYaml: string): IndicatorClass[] {
  const faults: CatalogueFault[] = [];
  const rows = readIndicators({ 'indicators.csv': indicatorsCsv }, faults);
  if (faults.length > 0) throw new CatalogueError(faults);
  const law = { derivations: derivationsOf(parse(derivationsYaml), rows) };
  return rows.flatMap((row) =>
    row.levels.map((level): IndicatorClass => {
      const tier = level === 'SITE' ? row.siteDefaultTier : row.defaultTier;
      return { code: row.indicatorId, level, cell: { tier, sensitivity: sensitivityOf(row, law), dataClass: row.dataClass } };
    }),
  );
}
