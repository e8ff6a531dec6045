import { askedClass } from '../../../src/policy/askedClass';
import { parseClassification } from '../../../src/policy/classification';
import { groundMask } from '../../../src/policy/grounds';

function fact(changes: object = {}) {
  const document = {
    number: 1,
    table: 'thing',
    default: 'ALLIANCE/NONE/PERFORMANCE',
    age: 'TIMELESS',
    closed: 'AGGREGATE_ONLY',
    columns: {
      name: 'row',
      main_reason: { cell: 'OWNER_ONLY/LEGAL/ALLIANCE_META', field: 1, closed: 'REDACT' },
      place: { stored: 'place_class/PUBLIC_CLAIM', field: 2, closed: 'HIDE' },
    },
    ...changes,
  };
  const [only] = parseClassification({ facts: { Thing: document } }).facts;
  if (only === undefined) throw new Error('no fact');
  return only;
}
const figure = { tier: 'BILATERAL', sensitivity: 'DERIVED', dataClass: 'CSI_CORE' } as const;

test('a column with a class of its own has that class, by its name in the schema or in the table', () => {
  for (const field of ['mainReason', 'main_reason']) {
    expect(askedClass(fact(), field, figure)).toMatchObject({
      cell: { tier: 'OWNER_ONLY', sensitivity: 'LEGAL', dataClass: 'ALLIANCE_META' },
      closed: { declared: 'REDACT', sensitivity: 'LEGAL', dataClass: 'ALLIANCE_META' },
    });
  }
});

test('every other field has the class of the figure asked about, else of the row', () => {
  for (const field of [null, 'name', 'unknown', 'place']) {
    expect(askedClass(fact(), field, figure).cell).toEqual(figure);
    expect(askedClass(fact(), field, null).cell.tier).toBe('ALLIANCE');
  }
});

test('the shape of a closed cell is that of the column, else of the fact, and HIDE for what is neither', () => {
  const declared = (field: string | null, changes = {}) => askedClass(fact(changes), field, null).closed.declared;
  expect([declared('name'), declared(null), declared('unknown')]).toEqual(Array(3).fill('AGGREGATE_ONLY'));
  expect(declared('place')).toBe('HIDE');
  expect(declared('name', { closed: 'REDACT' })).toBe('REDACT');
  expect(declared('name', { closed: 'HIDE' })).toBe('HIDE');
});

test('names, agreements and grounds that never open it come from the fact', () => {
  expect(askedClass(fact(), null, null)).toMatchObject({ addressed: false, grantable: false, without: 0 });
  expect(askedClass(fact({ parties: ['owner_no'] }), null, null).addressed).toBe(true);
  expect(askedClass(fact({ partyLists: ['recipients'] }), null, null).addressed).toBe(true);
  expect(askedClass(fact({ grants: 'fact' }), null, null).grantable).toBe(true);
  const never = askedClass(fact({ grants: 'fact', without: ['GRANT', 'GRANT_COMPETITOR'] }), null, null);
  expect(never).toMatchObject({ grantable: false, without: groundMask(['GRANT', 'GRANT_COMPETITOR']) });
});
