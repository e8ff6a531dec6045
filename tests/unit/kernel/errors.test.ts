import { DomainError, errorCodes, invariant, InvariantError } from '../../../src/kernel/errors';
import { IssueList } from '../../../src/kernel/issues';

describe('errors have two faces', () => {
  it('the cause stays inside', () => {
    const error = new DomainError('NOT_FOUND', 'no such site', { cause: new Error('row 7 is hidden') });
    expect(error.message).toBe('no such site');
    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(error)).not.toContain('row 7');
  });

  it('carry what the caller may be told', () => {
    const error = new DomainError('PHASE_GATE', 'not in this phase', {
      rule: 'phase.R1',
      next: 'ask the body',
      path: ['a', 1],
    });
    expect(error).toMatchObject({
      code: 'PHASE_GATE',
      rule: 'phase.R1',
      next: 'ask the body',
      path: ['a', 1],
      issues: [],
    });
  });

  it('the codes are those of the domain, once each', () => {
    expect(errorCodes).toHaveLength(15);
    expect(new Set(errorCodes).size).toBe(15);
  });

  it('our own mistakes are no refusals', () => {
    expect(() => invariant(false, 'mask without a ground')).toThrow(InvariantError);
    expect(() => invariant(true, 'never said')).not.toThrow();
  });
});

describe('issues', () => {
  it('are reported all at once', () => {
    const list = new IssueList();
    expect(() => list.throwIfAny()).not.toThrow();
    const path = ['input', 'lei'];
    list.add(path, 'LEI.LENGTH', 'an LEI has 20 characters');
    path.push('changed later');
    list.add(['input', 'sites', 0], 'SITE.COUNTRY', 'no such country');
    const refusal = () => list.throwIfAny();
    expect(refusal).toThrow(DomainError);
    expect(refusal).toThrow(
      expect.objectContaining({
        code: 'VALIDATION',
        publicMessage: 'input not valid',
        issues: [
          { path: ['input', 'lei'], rule: 'LEI.LENGTH', hint: 'an LEI has 20 characters' },
          { path: ['input', 'sites', 0], rule: 'SITE.COUNTRY', hint: 'no such country' },
        ],
      }),
    );
  });
});
