import { AGES } from './cells';
import { TIMELESS_AGE } from './classification';
import { AGES_BY_BUCKET, arrayFromZero, masksByBucket, type ClassLaw } from './classLaw';
import { SELF } from './grounds';

/** What both functions are given of a row (`rowLaw.ts`). */
const OF_ROW =
  'subjects int[], owner_no int, contributor_no int, parties int[], fact int, field int, anyhow int, if_named int, if_granted int';

/** They look nothing up: all that they know of the reader is given to them. */
const PURE = 'returns boolean language plpgsql immutable parallel safe cost 10 set search_path = pg_catalog';

const NAMES = [
  'policy.row_opens(policy.known, smallint[], date[], smallint[], timestamptz, int[], int, int, int[], int, int, int, int, int)',
  'policy.column_opens(policy.known, int, int, int[], int, int, int[], int, int, int, int, int)',
];

/** SQL of the grounds that a row admits, whomever it is about. */
const REASONS = 'anyhow | case when known.me = any(parties) then if_named else 0 end';

/** SQL of a fact or a field as agreements name it: unit, data class, fact and field in one number. */
const grantKey = (unit: string, field: string): string => `${unit} * ${2 ** 24}::bigint + place${field}`;
const placeOf = (dataClass: string): string => `${dataClass} * ${2 ** 20} + fact * ${2 ** 12}`;

/** SQL that one ground towards a unit opens every gate: pair & cell & row <> 0. */
function admits(unit: string): string {
  const keys = `array[${grantKey(unit, '')}, ${grantKey(unit, ' + field')}]`;
  const mask = `(reasons | case when ${keys} && known.granted then if_granted else 0 end)`;
  return `(known.held[${unit}] & cell & ${mask}) <> 0`;
}

/**
 * SQL that a cell of a row is open to the reader.
 *
 * INVARIANT HubAndSpoke: all whom it is about admit the reader (there are one or two) and, where somebody else gave it, who gave it. Who
 * gave a row knows it.
 */
const ADMITTED = `(known.held[contributor_no] & cell & ${SELF}) <> 0
    or ${admits('subjects[1]')}
    and (cardinality(subjects) = 1 or ${admits('subjects[2]')})
    and (contributor_no = owner_no or ${admits('contributor_no')})`;

/**
 * SQL of the whole law, which is asked where a row may be open in another way than plainly: somebody else gave it, it names the
 * reader, an agreement may cover it, or it is withdrawn. Functions, since a statement pays for all that stands in its law before
 * it reads a row, and these are asked about few.
 */
export function wholeLawFunctions(law: ClassLaw): string {
  const timeless = AGES_BY_BUCKET.indexOf(TIMELESS_AGE);
  const bucket = `case when aged is null then ${timeless} else width_bucket(aged[each], known.borders) end`;
  return `-- A row, or one of the past that is judged by the narrower of then's class and today's.
create or replace function policy.row_opens(known policy.known, classes smallint[], aged date[], data_classes smallint[], withdrawn_at timestamptz, ${OF_ROW})
${PURE} as $$
declare
  cell int := -1;
  reasons constant int := ${REASONS};
  place constant bigint := ${placeOf('data_classes[1]')};
begin
  -- A withdrawn row is left to its owner and to who gave it.
  if withdrawn_at is not null and (known.me in (owner_no, contributor_no)) is not true then return false; end if;
  for each in 1..cardinality(classes) loop
    cell := cell & (${arrayFromZero(masksByBucket(law))})[classes[each] * ${AGES.length} + ${bucket}]
      & known.gates[data_classes[each] + 1];
  end loop;
  return ${ADMITTED};
end $$;

-- A column with a class of its own; \`opened\`: to whom tier and sensitivity open it.
create or replace function policy.column_opens(known policy.known, opened int, data_class int, ${OF_ROW})
${PURE} as $$
declare
  cell constant int := opened & known.gates[data_class + 1];
  reasons constant int := ${REASONS};
  place constant bigint := ${placeOf('data_class')};
begin
  return ${ADMITTED};
end $$;

revoke execute on function ${NAMES.join(', ')} from public;
grant execute on function ${NAMES.join(', ')} to sluice_discloser, sluice_reader, sluice_contributor;`;
}
