import { addMonths } from '../kernel/period';
import type { Age } from './cells';
import type { AgeMonths } from './masks';

/** How old a period is on a day, in the codes of the law; ISO dates, `periodEnd` the day after the last. */
export function ageAt(periodEnd: string, today: string, months: AgeMonths): Age {
  if (periodEnd > today) return 'FUTURE';
  if (periodEnd <= addMonths(today, -months.twelveMonths)) return 'TWELVE_MONTHS';
  return periodEnd <= addMonths(today, -months.threeMonths) ? 'THREE_MONTHS' : 'RECENT';
}
