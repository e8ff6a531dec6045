import { transformFileSync } from '@swc/core';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addDays,
  addMonths,
  ageInMonths,
  checkDate,
  checkPeriod,
  contains,
  daysBetween,
  formatPeriod,
  isClosed,
  lengthInMonths,
  overlaps,
  parsePeriod,
  wholeMonthsBetween,
  type Period,
} from '../../../src/kernel/period';

const year2025: Period = { start: '2025-01-01', end: '2026-01-01' };

const anyDate = fc
  .integer({ min: Date.UTC(1900, 0, 1) / 86_400_000, max: Date.UTC(2199, 11, 31) / 86_400_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
const anyPeriod = fc
  .tuple(anyDate, fc.integer({ min: 1, max: 4000 }))
  .map(([start, days]): Period => ({ start, end: addDays(start, days) }));

describe('dates', () => {
  it.each(['2024-02-29', '2000-02-29', '2025-12-31', '1000-01-01', '9999-12-31'])('%s is a day', (text) => {
    expect(checkDate(text)).toEqual({ ok: true, value: text });
  });

  it.each([
    ['2025-02-29', 'NO_SUCH_DAY'],
    ['1900-02-29', 'NO_SUCH_DAY'],
    ['2025-04-31', 'NO_SUCH_DAY'],
    ['2025-13-01', 'NO_SUCH_DAY'],
    ['2025-00-10', 'NO_SUCH_DAY'],
    ['2025-01-00', 'NO_SUCH_DAY'],
    ['2025-1-1', 'FORMAT'],
    ['0025-01-01', 'FORMAT'],
    ['2025-01-01T00:00:00Z', 'FORMAT'],
    ['01.02.2025', 'FORMAT'],
    ['2025-01-01\n', 'FORMAT'],
    ['٢٠٢٥-٠١-٠١', 'FORMAT'],
    ['', 'FORMAT'],
  ])('%s is %s', (text, code) => {
    expect(checkDate(text)).toMatchObject({ ok: false, error: { code } });
  });

  it('agree with the calendar of the platform', () => {
    fc.assert(fc.property(anyDate, (date) => checkDate(date).ok));
  });
});

describe('periods', () => {
  it('read the year shorthand and the interval, and write them again', () => {
    expect(parsePeriod('2025')).toEqual({ ok: true, value: year2025 });
    expect(parsePeriod('2025-01-01/2026-01-01')).toEqual({ ok: true, value: year2025 });
    expect(formatPeriod(year2025)).toBe('2025');
    fc.assert(
      fc.property(anyPeriod, (period) => {
        expect(parsePeriod(formatPeriod(period))).toEqual({ ok: true, value: period });
      }),
    );
  });

  it.each([
    ['2025-02-01', '2025-02-01', 'ORDER'],
    ['2025-02-02', '2025-02-01', 'ORDER'],
    ['2025-02-30', '2025-04-01', 'NO_SUCH_DAY'],
    ['2025-02-01', 'soon', 'FORMAT'],
  ])('%s to %s is %s', (start, end, code) => {
    expect(checkPeriod(start, end)).toMatchObject({ ok: false, error: { code } });
  });

  it.each(['25', '02025', '2025-01-01', '2025/2026', '2025-01-01/2025-06-01/2026-01-01', '9999', '', ' 2025'])(
    '`%s` is no period',
    (text) => {
      expect(parsePeriod(text).ok).toBe(false);
    },
  );

  it('are closed from the day after their last', () => {
    expect(isClosed(year2025, '2025-12-31')).toBe(false);
    expect(isClosed(year2025, '2026-01-01')).toBe(true);
  });

  it('that only touch do not overlap', () => {
    expect(overlaps(year2025, { start: '2026-01-01', end: '2027-01-01' })).toBe(false);
    expect(overlaps(year2025, { start: '2025-12-31', end: '2027-01-01' })).toBe(true);
  });

  it('overlap when they share a day, and only then', () => {
    fc.assert(
      fc.property(anyPeriod, anyPeriod, (a, b) => {
        const shared = contains(a, b.start) || contains(b, a.start);
        expect(overlaps(a, b)).toBe(shared);
        expect(overlaps(b, a)).toBe(shared);
      }),
    );
  });
});

describe('months and days', () => {
  it.each([
    ['2025-01-01', '2026-01-01', 12],
    ['2025-01-01', '2025-12-31', 11],
    ['2024-02-29', '2025-02-28', 12],
    ['2024-01-31', '2024-02-29', 1],
    ['2024-01-31', '2024-02-28', 0],
    ['2025-07-01', '2026-07-01', 12],
  ])('%s to %s has %i whole months', (start, end, months) => {
    expect(lengthInMonths({ start, end })).toBe(months);
  });

  it('age counts from the end, and is negative before it', () => {
    expect(ageInMonths(year2025, '2026-03-31')).toBe(2);
    expect(ageInMonths(year2025, '2026-04-01')).toBe(3);
    expect(ageInMonths(year2025, '2026-01-01')).toBe(0);
    expect(ageInMonths(year2025, '2025-12-31')).toBe(-1);
    expect(ageInMonths({ start: '2024-12-01', end: '2025-11-30' }, '2026-02-28')).toBe(3);
  });

  it('whole months are the most that fit', () => {
    fc.assert(
      fc.property(anyDate, anyDate, (from, to) => {
        const months = wholeMonthsBetween(from, to);
        expect(addMonths(from, months) <= to).toBe(true);
        expect(addMonths(from, months + 1) > to).toBe(true);
      }),
    );
  });

  it('a month ends where the calendar says', () => {
    expect(addMonths('2025-01-31', 1)).toBe('2025-02-28');
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2025-01-15', -1)).toBe('2024-12-15');
    expect(addMonths('2025-12-31', 12)).toBe('2026-12-31');
  });

  it('days add up, over leap days and changes of clocks', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2025-03-30', 1)).toBe('2025-03-31');
    expect(daysBetween('2024-01-01', '2025-01-01')).toBe(366);
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -40_000, max: 40_000 }), (date, days) => {
        expect(daysBetween(date, addDays(date, days))).toBe(days);
      }),
    );
  });

  it('arithmetic refuses what is no date', () => {
    expect(() => addDays('tomorrow', 1)).toThrow(RangeError);
    expect(() => addMonths('2025-02-30', 1)).toThrow(RangeError);
  });

  it.each(['Pacific/Kiritimati', 'Pacific/Marquesas', 'America/Santiago'])('no day shifts in %s', (zone) => {
    // The zone of a process is fixed at its start, so the module is asked in a process of its own.
    const folder = mkdtempSync(join(tmpdir(), 'period-'));
    try {
      for (const file of ['period', 'result']) {
        const { code } = transformFileSync(join(__dirname, `../../../src/kernel/${file}.ts`), {
          module: { type: 'commonjs' },
        });
        writeFileSync(join(folder, `${file}.js`), code);
      }
      const script = `
        const period = require('./period.js');
        const days = Array.from({ length: 400 }, (_, day) => period.addDays('2024-01-01', day));
        const instants = days.map((day) => period.utcDateOf(new Date(day + 'T23:30:00Z')));
        process.stdout.write(JSON.stringify({ days, instants, offset: new Date('2024-01-01').getTimezoneOffset() }));`;
      const environment = { ...process.env, TZ: zone };
      const answer: { days: string[]; instants: string[]; offset: number } = JSON.parse(
        execFileSync(process.execPath, ['-e', script], { cwd: folder, env: environment, encoding: 'utf8' }),
      );
      expect(answer.offset).not.toBe(0);
      expect(answer.days).toEqual(Array.from({ length: 400 }, (_, day) => addDays('2024-01-01', day)));
      expect(answer.instants).toEqual(answer.days);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
