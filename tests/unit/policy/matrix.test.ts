import { groundMask } from '../../../src/policy/grounds';
import type { CompiledCell, Masks } from '../../../src/policy/masks';
import { matrixCells, matrixTables, matrixText } from '../../../src/policy/matrix';
import { masks } from './world';

const [tiers, sensitivities, phases] = matrixTables(masks);

function entry(table: typeof tiers | undefined, ground: string, column: string): string | undefined {
  const row = table?.rows.find((item) => item.ground === ground);
  return row?.entries[table?.columns.indexOf(column) ?? -1];
}

/** The law with one cell opened to the given grounds. */
function withCell(name: string, opens: Parameters<typeof groundMask>[0]): Masks {
  const cell: CompiledCell = { mask: groundMask(opens), opens: new Map(), closes: new Map() };
  return { ...masks, cells: new Map(masks.cells).set(name, cell) };
}

describe('the table a board signs', () => {
  it('has a line for every ground at every gate', () => {
    expect([tiers?.columns.length, sensitivities?.columns.length, phases?.columns.length]).toEqual([9, 15, 13]);
    for (const table of [tiers, sensitivities, phases]) {
      expect(table?.rows).toHaveLength(28);
      expect(table?.rows.every((row) => row.entries.length === table.columns.length)).toBe(true);
    }
    expect(tiers?.title).toBe("gate 1, the owner's tier");
    expect(sensitivities?.title).toBe('gate 2, sensitivity; months since the period ended');
    expect(phases?.title).toMatch(
      /^gate 3, phase: 1 CHAMPIONING, 2 CLARIFYING_MOTIVATION, .*, 8 CONVERGENCE_OR_CLOSURE$/,
    );
  });

  it('says which tiers are open to whom', () => {
    expect(entry(tiers, 'CUSTOMER', 'BILATERAL')).toBe('yes');
    expect(entry(tiers, 'CUSTOMER_COMPETITOR', 'BILATERAL')).toBe('-');
    expect(tiers?.rows[0]?.words).toBe('everyone, without login');
  });

  it('says from which age a sensitivity is open', () => {
    expect(entry(sensitivities, 'CO_MEMBER', 'NONE')).toBe('3-12 12+');
    expect(entry(sensitivities, 'CUSTOMER', 'NONE')).toBe('yes');
    expect(entry(sensitivities, 'CO_MEMBER', 'VOLUME')).toBe('-');
    const recent = matrixTables(withCell('sensitivity/VOLUME/RECENT', ['BODY']))[1];
    expect(entry(recent, 'BODY', 'VOLUME')).toBe('<3');
    const future = matrixTables(withCell('sensitivity/VOLUME/FUTURE', ['BODY']))[1];
    expect(entry(future, 'BODY', 'VOLUME')).toBe('not ended');
  });

  it('says in which phases a class is open, neighbours drawn together', () => {
    expect(entry(phases, 'CO_MEMBER', 'PERFORMANCE')).toBe('5-7');
    expect(entry(phases, 'SELF', 'PERFORMANCE')).toBe('yes');
    expect(entry(phases, 'PARTY', 'JOINT_ACTION')).toBe('7-8');
    expect(entry(phases, 'ANYONE', 'CSI_CORE')).toBe('-');
    const single = matrixTables(withCell('phase/DISCOVERY/CSI_CORE', ['ANYONE', 'CLEAN_TEAM']))[2];
    expect(entry(single, 'ANYONE', 'CSI_CORE')).toBe('3');
    expect(entry(single, 'CLEAN_TEAM', 'CSI_CORE')).toBe('3 6-7');
  });

  it('lists every cell with those it is open to, for machines', () => {
    const cells = matrixCells(masks);
    expect(cells).toHaveLength(173);
    expect(cells[8]).toEqual({ cell: 'tier/OWNER_ONLY', words: 'tier OWNER_ONLY', opens: ['SELF', 'ASSESSOR'] });
    expect(cells.find((item) => item.cell === 'phase/COORDINATION/PLAN')).toEqual({
      cell: 'phase/COORDINATION/PLAN',
      words: 'PLAN in phase COORDINATION',
      opens: ['SELF', 'GRANT'],
    });
    expect(cells.find((item) => item.cell === 'sensitivity/INTENSITY/FUTURE')).toEqual({
      cell: 'sensitivity/INTENSITY/FUTURE',
      words: 'sensitivity INTENSITY, period not yet ended',
      opens: ['SELF', 'GRANT', 'ASSESSOR'],
    });
  });

  it('is text with aligned columns, under the rule that grounds are never combined', () => {
    const text = matrixText(masks);
    const [rule, law, first = ''] = text.split('\n\n');
    expect(rule).toBe(
      [
        'A fact is read on one ground that opens all three gates; grounds are never combined.',
        '"Those the row names" and "those an agreement covers" read only rows that name them, or that a live agreement covers for its purpose.',
        'What no line opens is closed; what counsel freezes is closed to everybody but its owner.',
      ].join('\n'),
    );
    expect(law).toBe(`Compiled from law ${masks.lawHash}.`);
    const [title, head = '', ...lines] = first.split('\n');
    expect(title).toBe("gate 1, the owner's tier");
    expect(head.startsWith('who  ')).toBe(true);
    expect(lines).toHaveLength(28);
    const column = head.indexOf('OWNER_ONLY');
    expect(lines.map((line) => line.slice(column)).filter((cell) => cell === 'yes')).toHaveLength(2);
    expect(lines.map((line) => line.slice(column)).filter((cell) => cell === '-')).toHaveLength(26);
    expect(head).toContain('PUBLIC  ALLIANCE  VALUE_CHAIN  ');
    expect(text.split('\n').every((line) => line === line.trimEnd())).toBe(true);
    expect(text).not.toContain('undefined');
  });

  it('says what every code means, and what data stands under it where it is told', () => {
    const parts = matrixText(masks).split('\n\n');
    expect(parts).toHaveLength(8);
    const [tierWords = '', sensitivityWords = '', classWords = ''] = parts.slice(5);
    expect(tierWords).toContain('the tiers, each an audience of its own\n  PUBLIC: everyone, without login\n');
    expect(sensitivityWords).toContain('the sensitivities\n  NONE: not sensitive\n');
    expect(classWords).toContain('the classes of data\n  REFERENCE: ');
    const named = (text: string): string[] =>
      text
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(':')[0] ?? '');
    expect([tierWords, sensitivityWords, classWords].map(named)).toEqual(
      [tiers?.columns, sensitivities?.columns, phases?.columns].map((codes) =>
        expect.arrayContaining([...(codes ?? [])]),
      ),
    );
    expect(matrixText(masks, ['Plan: OWNER_ONLY']).split('\n\n').at(-1)).toBe(
      'what data stands where, as TIER/SENSITIVITY/CLASS\nPlan: OWNER_ONLY',
    );
  });
});
