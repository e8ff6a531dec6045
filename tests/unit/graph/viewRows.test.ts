import 'reflect-metadata';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, selectList, shapeOf, toView } from '../../../src/modules/graph';
import { InvariantError } from '../../../src/kernel/errors';

@ViewEntity({ schema: 'disclosed', name: 'pebble', synchronize: false, expression: '' })
class PebbleView {
  @Hidden('id')
  id: string;

  @Hidden('river_id', ['river'])
  riverId: string | null;

  @Hidden('current', [])
  current: boolean;

  @Disclosed('grain', () => String, { readBy: ['gravel'] })
  grain: string | null;

  @Disclosed('colour_code', () => String, { name: 'colour' })
  colourCode: string | null;
}

const asked = (...fields: string[]): ReadonlySet<string> => new Set(fields);

test('a view selects what code needs and what the fields asked for read, under the names of the properties', () => {
  expect(selectList(PebbleView, 'v', asked('pebbles', 'grain'))).toBe('v.id as "id", v.grain as "grain"');
  expect(selectList(PebbleView, 'v', asked('river', 'colour'))).toBe(
    'v.id as "id", v.river_id as "riverId", v.colour_code as "colourCode"',
  );
});

test('a property is selected for the other fields that read it', () => {
  expect(selectList(PebbleView, 'v', asked('gravel'))).toBe('v.id as "id", v.grain as "grain"');
});

test('where no document is known, every column is selected', () => {
  expect(selectList(PebbleView, 'v').split(', ')).toHaveLength(shapeOf(PebbleView).columns.size);
});

test('a row is an instance of its view, with what was selected', () => {
  const fields = asked('grain');
  const row = toView(PebbleView, { id: '1', grain: 'coarse', key_values: ['coarse', '1'] }, fields);
  expect(row).toBeInstanceOf(PebbleView);
  expect({ ...row }).toEqual({ id: '1', grain: 'coarse' });
});

test('a property that was not selected throws instead of passing for a closed cell', () => {
  const row = toView(PebbleView, { id: '1', grain: null }, asked('grain'));
  expect(row.grain).toBeNull();
  expect(() => row.riverId).toThrow(InvariantError);
  expect(() => row.current).toThrow('Pebble.current is read by a field that it does not name');
});
