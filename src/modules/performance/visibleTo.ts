import { ageAt } from '../../policy/age';
import { DATA_CLASSES, PHASES, TIERS, type DataClass } from '../../policy/cells';
import { GRANT_GROUNDS, PARTY_GROUNDS, ROLE_GROUNDS, groundMask, groundNames } from '../../policy/grounds';
import { cellMask } from '../../policy/masks';
import { groundWords } from '../../policy/words';
import type { Operation } from '../graph';
import { sensitivityOf } from '../reference';
import type { MeasurementView } from './measurement.view';

const SPOKEN_OF_ALREADY = PARTY_GROUNDS | ROLE_GROUNDS | groundMask(['SELF', 'MEMBER', 'MEMBER_COMPETITOR']);

/**
 * Who can read this value of one's own now, in the terms of `domain.md` 0.6: audience classes, and by name only the other
 * ends of one's own confirmed links and the receivers under one's own agreements.
 * @returns null for everybody but the owner; nobody while counsel holds the class of data back
 */
export async function visibleTo(operation: Operation, measurement: MeasurementView): Promise<string[] | null> {
  const tier = measurement.tierNumber === null ? undefined : TIERS[measurement.tierNumber];
  const indicator = operation.services.catalogue.indicators.find((row) => row.indicatorId === measurement.indicator);
  if (tier === undefined || indicator === undefined) return null;
  if (measurement.withdrawnAt !== null) return [];
  const isPublished = measurement.sourceUrl !== null;
  const sensitivity = isPublished ? 'NONE' : sensitivityOf(indicator, operation.services.catalogueLaw);
  const dataClass = tier === 'PUBLIC' && sensitivity === 'NONE' ? 'PUBLIC_CLAIM' : indicator.dataClass;
  const { phase, frozen } = await standingOf(operation, dataClass);
  if (frozen) return [];
  const { masks } = operation.services;
  const age = isPublished
    ? 'TWELVE_MONTHS'
    : ageAt(measurement.periodEnd ?? '', operation.services.today(), masks.ageMonths);
  const open =
    cellMask(masks, { gate: 'tier', tier }) &
    cellMask(masks, { gate: 'sensitivity', sensitivity, age }) &
    cellMask(masks, { gate: 'phase', phase, dataClass });
  if ((open & groundMask(['ANYONE'])) !== 0) return [groundWords('ANYONE')];
  const classes = groundNames(open & ~SPOKEN_OF_ALREADY & ~GRANT_GROUNDS).map(groundWords);
  return [...classes, ...(await namesOf(operation, measurement, open))];
}

interface Standing {
  phase: (typeof PHASES)[number];
  /** whether counsel holds the class back for everybody but its owners */
  frozen: boolean;
}

/** What holds for a class of data of those who state no initiative; one statement for all classes asked for at once. */
async function standingOf(operation: Operation, dataClass: DataClass): Promise<Standing> {
  const loader = operation.loader<number, Standing>('visibleTo.standing', async (classes) => {
    const rows = await operation.rows<{ phase: string | null; frozen: boolean }>(
      `select i.phase, c.number > 1 and exists (select from policy.freezes() f where f.lifted_at is null and f.question is null
           and (f.data_class is null or f.data_class = c.number) and (f.initiative_no is null or f.initiative_no = i.initiative_no)) as frozen
       from unnest($1::int[]) with ordinality c(number, place)
       left join (select initiative_no, phase from policy.initiatives() where standing order by initiative_no limit 1) i on true
       order by c.place`,
      [classes],
    );
    return rows.map(({ phase, frozen }) => ({ phase: PHASES.find((one) => one === phase) ?? 'CHAMPIONING', frozen }));
  });
  return (await loader.load(DATA_CLASSES.indexOf(dataClass))) ?? { phase: 'CHAMPIONING', frozen: true };
}

interface NamesAsked {
  unitNo: number;
  indicator: string | null;
  ofCustomers: boolean;
  ofReceivers: boolean;
}

/**
 * Names that the owner knows anyway: whom its confirmed links and its live agreements name; one statement for all values
 * asked for at once.
 */
async function namesOf(operation: Operation, { unitNo, indicator }: MeasurementView, open: number): Promise<string[]> {
  const loader = operation.loader<NamesAsked, string[]>('visibleTo.names', async (asked) => {
    const rows = await operation.rows<{ place: string; name: string }>(
      `select distinct k.place, o.legal_name as name
         from unnest($1::int[], $3::boolean[]) with ordinality k(unit_no, of_customers, place)
         join disclosed.link l on l.unit_no = k.unit_no and l.state in ('CONFIRMED', 'DISCLOSED') and k.of_customers
         join disclosed.organisation o on o.id = l.customer_id where ((select policy.grounds())[o.unit_no] & $5) = 0
       union
       select k.place, o.legal_name from unnest($1::int[], $2::text[], $4::boolean[]) with ordinality k(unit_no, indicator, of_receivers, place)
         join disclosed.agreement a on k.of_receivers and a.state = 'ACTIVE' and (a.unit_nos = '{}' or k.unit_no = any(a.unit_nos))
           and a.fields && array['Measurement.*', 'Measurement.' || k.indicator]
         join disclosed.organisation o on o.id = a.partner_id
       order by 1, 2`,
      [
        asked.map((one) => one.unitNo),
        asked.map((one) => one.indicator),
        asked.map((one) => one.ofCustomers),
        asked.map((one) => one.ofReceivers),
        groundMask(['PARTY_COMPETITOR']),
      ],
    );
    return asked.map((_one, index) => rows.flatMap(({ place, name }) => (Number(place) === index + 1 ? [name] : [])));
  });
  const asked = {
    ...{ unitNo, indicator },
    ofCustomers: (open & groundMask(['CUSTOMER'])) !== 0,
    ofReceivers: (open & groundMask(['GRANT'])) !== 0,
  };
  return (await loader.load(asked)) ?? [];
}
