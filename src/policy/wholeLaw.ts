import { AGES } from './cells';
import { TIMELESS_AGE } from './classification';
import { AGES_BY_BUCKET, SELF, arrayFromZero, masksByBucket, type ClassLaw } from './classLaw';

/** What the three functions are given of a row (`rowLaw.ts`). */
const OF_ROW =
  'subjects int[], owner_no int, contributor_no int, parties int[], fact int, field int, anyhow int, if_named int, if_granted int';
const PASSED_ON = 'subjects, owner_no, contributor_no, parties, fact, field, anyhow, if_named, if_granted';

/** They look nothing up: all that they know of the reader is given to them. */
const PURE = 'returns boolean language plpgsql immutable parallel safe cost 10 set search_path = pg_catalog';

const NAMES = [
  'policy.admits(policy.known, int, int, int[], int, int, int[], int, int, int, int, int)',
  'policy.row_opens(policy.known, smallint[], date[], smallint[], timestamptz, int[], int, int, int[], int, int, int, int, int)',
  'policy.column_opens(policy.known, int, int, int[], int, int, int[], int, int, int, int, int)',
];

/**
 * SQL of the whole law, which is asked where a row may be open in another way than plainly: somebody else gave it, it names the
 * reader, an agreement may cover it, or it is withdrawn. Functions, since a statement pays for all that stands in its law before
 * it reads a row, and these are asked about few.
 */
export function wholeLawFunctions(law: ClassLaw): string {
  const timeless = AGES_BY_BUCKET.indexOf(TIMELESS_AGE);
  return `-- Whether a reader whose binding is sound reads what a cell holds about \`subjects\`: pair & cell & row <> 0 for each of them,
-- so that one ground opens every gate.
create or replace function policy.admits(known policy.known, cell int, data_class int, ${OF_ROW})
${PURE} as $$
declare
  reasons constant int := anyhow | case when known.me = any(parties) then if_named else 0 end;
  -- as agreements name it: unit, data class, fact and field in one number
  place constant bigint := data_class * ${2 ** 20} + fact * ${2 ** 12};
  unit int;
begin
  -- Who gave a row knows it.
  if (known.held[contributor_no] & cell & ${SELF}) <> 0 then return true; end if;
  -- INVARIANT HubAndSpoke: all whom it is about admit the reader and, where somebody else gave it, who gave it.
  foreach unit in array subjects || case when contributor_no = owner_no then '{}' else array[contributor_no] end loop
    if (known.held[unit] & cell & (reasons
        | case when array[unit * ${2 ** 24}::bigint + place, unit * ${2 ** 24}::bigint + place + field] && known.granted then if_granted else 0 end) <> 0)
      is not true then return false; end if;
  end loop;
  return true;
end $$;

-- A row, or one of the past that is judged by the narrower of then's class and today's.
create or replace function policy.row_opens(known policy.known, classes smallint[], aged date[], data_classes smallint[], withdrawn_at timestamptz, ${OF_ROW})
${PURE} as $$
declare
  masks constant int[] := ${arrayFromZero(masksByBucket(law))};
  cell int := -1;
begin
  -- A withdrawn row is left to its owner and to who gave it.
  if withdrawn_at is not null and (known.me in (owner_no, contributor_no)) is not true then return false; end if;
  for place in 1..cardinality(classes) loop
    cell := cell & masks[classes[place] * ${AGES.length} + case when aged is null then ${timeless} else width_bucket(aged[place], known.borders) end]
      & known.gates[data_classes[place] + 1];
  end loop;
  return policy.admits(known, cell, data_classes[1], ${PASSED_ON});
end $$;

-- A column with a class of its own; \`opened\`: to whom tier and sensitivity open it.
create or replace function policy.column_opens(known policy.known, opened int, data_class int, ${OF_ROW})
${PURE} as $$
begin
  return policy.admits(known, opened & known.gates[data_class + 1], data_class, ${PASSED_ON});
end $$;

revoke execute on function ${NAMES.join(', ')} from public;
grant execute on function ${NAMES.join(', ')} to sluice_discloser, sluice_reader, sluice_contributor;`;
}
