import { bindingKey, WriteSession } from '../../../src/database/boundTransaction';
import { allPairs, actionsFrom } from '../../../src/kernel/stateMachine';
import { tickLinks } from '../../../src/modules/valueChain';
import { EVERY_GROUND } from '../../../src/policy/grounds';
import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';

let chain: ValueChainWorld;

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
});
afterAll(() => chain.stop());
afterEach(async () => {
  await chain.world.rows('delete from vault.link_evidence');
  await chain.world.rows('delete from vault.link');
  await chain.world.rows('delete from vault.interest');
});

const HASH = 'a'.repeat(64);
const evidence = [{ type: 'INVOICE', sha256: HASH }];
const assertion = (changes: object = {}): object => ({
  supplier: { site: chain.site('sma1') },
  customer: { member: chain.member('cath') },
  mineral: 'cobalt',
  supplierStage: 'REFINING',
  customerStage: 'CHEMICAL_PROCESSING',
  periodStart: '2026-01-01',
  periodEnd: '2027-01-01',
  evidence,
  ...changes,
});
const SELECTION = 'link { id state confidence confidenceBasis assertedByMe myConsent { audience form opaque } }';
const types: Record<string, string> = {
  assertLink: 'AssertLinkInput',
  endLink: 'EndLinkInput',
  consentLink: 'ConsentLinkInput',
  narrowLink: 'ConsentLinkInput',
};
const run = (as: string, name: string, input: object): Promise<Json> =>
  chain.mutate(as, name, types[name] ?? 'LinkStepInput', input, SELECTION).then((answer) => answer.link);
const refused = (as: string, name: string, input: object): Promise<Json> =>
  chain.refused(as, name, types[name] ?? 'LinkStepInput', input, SELECTION);
const onlyLink = async (as: string): Promise<Json> => {
  const { links } = await chain.hub.data({
    as,
    query:
      '{ links { nodes { id state custodyModel volumeBand evidence { type } supplier { legalName } customerSite { name } } totalCount } }',
  });
  expect(links.totalCount).toBe(links.nodes.length);
  return links.nodes[0] ?? null;
};
const full = (link: string, audience = 'CHAIN', rest: object = {}): object => ({
  link,
  audience,
  form: 'FULL',
  ...rest,
});

describe('a link is what both ends say of it', () => {
  test('one end asserts, the other confirms, both disclose, either narrows at once, either ends', async () => {
    const asserted = await run('sma', 'assertLink', assertion({ volumeBand: 'GT_30' }));
    expect(asserted).toMatchObject({
      state: 'ASSERTED',
      confidence: '0.4',
      confidenceBasis: 'ONE_SIDED',
      assertedByMe: true,
    });
    const seen = await onlyLink('cath');
    expect(seen).toMatchObject({
      state: 'ASSERTED',
      volumeBand: null,
      supplier: { legalName: 'sma' },
      evidence: [{ type: 'INVOICE' }],
    });
    for (const other of ['auto', 'smb', 'minex']) expect(await onlyLink(other)).toBeNull();
    const confirmed = await run('cath', 'confirmLink', { link: seen.id });
    expect(confirmed).toMatchObject({
      state: 'CONFIRMED',
      confidence: '0.7',
      confidenceBasis: 'TWO_SIDED',
      assertedByMe: false,
    });
    await run('cath', 'consentLink', full(seen.id, 'ALLIANCE'));
    expect(await onlyLink('minex')).toBeNull();
    const disclosed = await run('sma', 'consentLink', full(asserted.id, 'ALLIANCE', { opaque: true }));
    expect(disclosed).toMatchObject({
      state: 'DISCLOSED',
      myConsent: { audience: 'ALLIANCE', form: 'FULL', opaque: true },
    });
    expect(await onlyLink('minex')).toMatchObject({ state: 'DISCLOSED', custodyModel: 'NONE', evidence: [] });
    expect(await onlyLink('smb')).toBeNull();
    expect(
      (await refused('sma', 'consentLink', full(asserted.id, 'PUBLIC', { publicationUrl: 'https://example.org/a' })))
        .code,
    ).toBe('STATE');
    expect(
      (await refused('cath', 'narrowLink', full(seen.id, 'PUBLIC', { publicationUrl: 'https://example.org/a' }))).code,
    ).toBe('STATE');
    expect(await run('cath', 'narrowLink', full(seen.id, 'ENDS'))).toMatchObject({ state: 'CONFIRMED' });
    expect(await onlyLink('minex')).toBeNull();
    expect(await run('sma', 'endLink', { link: asserted.id, endedOn: '2026-06-30' })).toMatchObject({ state: 'ENDED' });
  });

  test('the counterparty alone is told in the form NAMED, and in the form DISTANCE no row', async () => {
    await chain.world.link('l', { supplier: 'sma1', customer: 'cath', state: 'CONFIRMED' });
    const id = (as: string): string => chain.idFor(as, 'link', chain.world.id('l'));
    await run('sma', 'consentLink', { ...full(id('sma'), 'ALLIANCE'), form: 'NAMED' });
    await run('cath', 'consentLink', full(id('cath'), 'ALLIANCE'));
    expect(await onlyLink('minex')).toMatchObject({ custodyModel: null, supplier: { legalName: 'sma' } });
    expect(await onlyLink('cath')).toMatchObject({ custodyModel: 'MASS_BALANCE' });
    await run('sma', 'narrowLink', { ...full(id('sma'), 'ALLIANCE'), form: 'DISTANCE' });
    expect(await run('cath', 'consentLink', full(id('cath'), 'ALLIANCE'))).toMatchObject({ state: 'DISCLOSED' });
    expect(await onlyLink('minex')).toBeNull();
    await chain.world.rows('delete from vault.link');
  });

  test('a dispute is settled by both, retracted by whoever asserted, and lapses', async () => {
    const { id: mine } = await run(
      'cath',
      'assertLink',
      assertion({ evidence: [{ type: 'THIRD_PARTY_TRACE', sha256: HASH }] }),
    );
    const { id: theirs } = await onlyLink('sma');
    expect((await refused('sma', 'disputeLink', { link: theirs })).code).toBe('VALIDATION');
    expect((await refused('cath', 'confirmLink', { link: mine })).code).toBe('STATE');
    expect(await run('sma', 'disputeLink', { link: theirs, reason: 'never delivered' })).toMatchObject({
      state: 'DISPUTED',
    });
    expect(await run('cath', 'settleLink', { link: mine })).toMatchObject({ state: 'DISPUTED' });
    expect(await run('cath', 'settleLink', { link: mine })).toMatchObject({ state: 'DISPUTED' });
    expect(await run('sma', 'settleLink', { link: theirs })).toMatchObject({ state: 'CONFIRMED', confidence: '0.7' });
    await chain.world.rows('delete from vault.link_evidence; delete from vault.link');
    const again = await run('cath', 'assertLink', assertion());
    expect(await run('cath', 'retractLink', { link: again.id })).toMatchObject({ state: 'RETRACTED' });
  });

  test('time lapses what is unanswered by a member, not before its day, and not while counsel freezes', async () => {
    const { id } = await run('cath', 'assertLink', assertion());
    const today = new Date();
    const inDays = (days: number): string => new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10);
    const { pools } = chain.hub.hub.services;
    expect(await tickLinks(pools.trustee, inDays(89))).toBe(0);
    await chain.world.rows(
      `insert into policy.freeze (data_class, reason, frozen_by) values (5, 'r', gen_random_uuid())`,
    );
    expect(await tickLinks(pools.trustee, inDays(91))).toBe(0);
    await chain.world.rows('delete from policy.freeze');
    await chain.world.rows(`update vault.organisation set standing = 'SUSPENDED' where unit_no = $1`, [
      chain.world.unitNo('sma'),
    ]);
    expect(await tickLinks(pools.trustee, inDays(91))).toBe(0);
    await chain.world.rows(`update vault.organisation set standing = 'GOOD' where unit_no = $1`, [
      chain.world.unitNo('sma'),
    ]);
    expect(await tickLinks(pools.trustee, inDays(91))).toBe(1);
    expect(await tickLinks(pools.trustee, inDays(91))).toBe(0);
    expect((await onlyLink('cath')).state).toBe('LAPSED');
    expect((await refused('cath', 'retractLink', { link: id })).code).toBe('STATE');
  });

  test('a link whose period is over ends by itself, on its day, and with it what the pair read of each other', async () => {
    await chain.world.link('past', { supplier: 'sma', customer: 'cath', state: 'CONFIRMED' });
    await chain.world.rows(`update vault.link set period_start = '2025-01-01', period_end = '2026-01-01'`);
    const held = async (): Promise<unknown> =>
      (
        await chain.world.rows<{ mask: number }>('select grounds[$1] as mask from policy.viewer where desk_no = $2', [
          chain.world.unitNo('sma'),
          chain.world.deskNo('cath'),
        ])
      )[0]?.mask;
    const CUSTOMER = 1 << 10;
    expect(Number(await held()) & CUSTOMER).toBe(CUSTOMER);
    const { pools } = chain.hub.hub.services;
    expect(await tickLinks(pools.trustee, '2025-12-31')).toBe(0);
    expect(await tickLinks(pools.trustee, '2026-01-01')).toBe(1);
    expect(await tickLinks(pools.trustee, '2026-01-01')).toBe(0);
    expect(await onlyLink('cath')).toMatchObject({ state: 'ENDED' });
    expect(Number(await held()) & CUSTOMER).toBe(0);
    expect(
      await chain.world.rows(
        `select from_state, action, to_state, organisation_no from vault.transition where machine = 'LINK_CONSENT' and subject_id = $1`,
        [chain.world.id('past')],
      ),
    ).toEqual([{ from_state: 'CONFIRMED', action: 'end', to_state: 'ENDED', organisation_no: null }]);
    const id = chain.idFor('cath', 'link', chain.world.id('past'));
    expect((await refused('cath', 'endLink', { link: id, endedOn: '2026-06-30' })).code).toBe('STATE');
  });
});

describe('what no link may be', () => {
  test('every fault of an assertion is told at once and nothing is stored', async () => {
    const { issues } = await refused(
      'cath',
      'assertLink',
      assertion({
        customer: { site: chain.site('sma1') },
        mineral: 'kryptonite',
        product: '810520',
        supplierStage: 'RETAIL',
        periodEnd: '2029-01-01',
        confidence: '0.5',
        custodyModel: 'TRUST',
        volumeBand: '12000',
        evidence: [{ type: 'PRICE_LIST', sha256: 'x' }],
      }),
    );
    expect(issues.map((issue: { rule: string }) => issue.rule).sort()).toEqual([
      'BOUNDS',
      'FORMAT',
      'LINK_TO_ITSELF',
      'STAGES_NOT_ADJACENT',
      'TOO_FAR_AHEAD',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
    ]);
    expect(await chain.world.rows('select id from vault.link')).toEqual([]);
  });

  test('an end that is hidden or missing is not found; a link of two others, a second one and a false group are refused', async () => {
    expect(
      (await refused('cath', 'assertLink', assertion({ supplier: { site: 'site_00000000000000000000000000' } }))).code,
    ).toBe('NOT_FOUND');
    expect((await refused('auto', 'assertLink', assertion())).issues[0].rule).toBe('NOT_AN_END');
    expect((await refused('cath', 'assertLink', assertion({ intraGroup: true }))).issues[0].rule).toBe('NOT_ONE_GROUP');
    await run('cath', 'assertLink', assertion());
    expect((await refused('sma', 'assertLink', assertion())).issues[0].rule).toBe('DUPLICATE');
  });

  test('whoever has an interest in the other end takes no step, and a stranger finds no link', async () => {
    const { id } = await run('cath', 'assertLink', assertion());
    const { id: theirs } = await onlyLink('sma');
    await chain.world.interest('sma', 'sma', 'cath');
    expect((await refused('sma', 'confirmLink', { link: theirs })).code).toBe('CONFLICT_OF_INTEREST');
    for (const strange of [id, theirs, 'link_00000000000000000000000000', 'rubbish']) {
      expect((await refused('auto', 'confirmLink', { link: strange })).code).toBe('NOT_FOUND');
    }
  });

  test('the writing role cannot confirm or disclose its own assertion past the functions', async () => {
    await run('cath', 'assertLink', assertion());
    const write = async (sql: string): Promise<unknown> => {
      const session = WriteSession.open(chain.database.pools.contributor, bindingKey(chain.database.secret), {
        desks: [chain.world.deskNo('cath')],
        organisation: chain.world.unitNo('cath'),
        may: EVERY_GROUND,
        purpose: '',
        initiative: null,
        expiresAtSeconds: Math.floor(Date.now() / 1000) + 60,
      });
      return session.query(sql).finally(() => session.close());
    };
    expect(await write(`select id from vault.link`)).toHaveLength(1);
    await expect(write(`update vault.link set state = 'DISCLOSED', confidence = 0.9`)).rejects.toThrow('asserts it');
    await expect(write(`update vault.link set supplier_audience = 3`)).rejects.toThrow('asserts it');
    await expect(write(`select vault.lapse_links('2030-01-01', 1, 1)`)).rejects.toThrow('permission denied');
    await expect(write(`select vault.move_link(id, '{"contributor_no": 1}') from vault.link`)).rejects.toThrow('only');
  });
});

describe('the machine', () => {
  const byAction: Record<string, (as: string, link: string) => Promise<{ code: string } | null>> = {
    confirm: (as, link) => code(as, 'confirmLink', { link }),
    dispute: (as, link) => code(as, 'disputeLink', { link, reason: 'wrong' }),
    settle: (as, link) => code(as, 'settleLink', { link }),
    retract: (as, link) => code(as, 'retractLink', { link }),
    end: (as, link) => code(as, 'endLink', { link, endedOn: '2026-01-31' }),
    consent_widen: (as, link) => code(as, 'consentLink', full(link)),
    narrow: (as, link) => code(as, 'narrowLink', full(link, 'ENDS')),
  };
  async function code(as: string, name: string, input: object): Promise<{ code: string } | null> {
    const query = `mutation ($input: ${types[name] ?? 'LinkStepInput'}!) { ${name}(input: $input) { link { id } } }`;
    const answer = await chain.hub.ask({ as, query, variables: { input } });
    return answer.errors[0]?.extensions ?? null;
  }

  test('a step that is not listed for this end is refused and changes nothing, for every pair of state and action', async () => {
    const machine = chain.hub.hub.services.catalogue.stateMachines.get('LINK_CONSENT');
    if (machine === undefined) throw new Error('no machine');
    let tried = 0;
    for (const { from, action } of allPairs(machine)) {
      const act = byAction[action];
      if (from === null || act === undefined) continue;
      for (const as of ['sma', 'cath']) {
        await chain.world.rows('delete from vault.link');
        await chain.world.link('pair', { supplier: 'sma1', customer: 'cath', state: 'ASSERTED' });
        await chain.world.rows(
          `update vault.link set state = $2, confidence = case when $2 = 'ASSERTED' then 0.4 else 0.7 end where id = $1`,
          [chain.world.id('pair'), from],
        );
        const parts = ['EITHER_END', 'BOTH_ENDS', as === 'sma' ? 'ASSERTING_END' : 'OTHER_END'];
        const isListed = actionsFrom(machine, from, parts).includes(action);
        const refusal = await act(as, chain.idFor(as, 'link', chain.world.id('pair')));
        expect([from, action, as, refusal?.code ?? null]).toEqual([from, action, as, isListed ? null : 'STATE']);
        const [row] = await chain.world.rows<{ state: string }>('select state from vault.link');
        if (!isListed) expect(row?.state).toBe(from);
        tried++;
      }
    }
    expect(tried).toBe(7 * 7 * 2);
  });

  test('of two who act at once one is first, and a repeated client key changes nothing', async () => {
    await chain.world.link('race', { supplier: 'sma1', customer: 'cath', state: 'ASSERTED' });
    const link = chain.idFor('cath', 'link', chain.world.id('race'));
    const both = await Promise.all([byAction.confirm?.('cath', link), byAction.dispute?.('cath', link)]);
    expect(both.filter((refusal) => refusal === null)).toHaveLength(1);
    expect(both.filter((refusal) => refusal?.code === 'STATE')).toHaveLength(1);
    await chain.world.rows('delete from vault.link');
    const input = { ...assertion(), clientKey: 'assert-1-once' };
    const [first, second] = await Promise.all([run('cath', 'assertLink', input), run('cath', 'assertLink', input)]);
    expect(first.id).toBe(second.id);
    expect(await chain.world.rows('select id from vault.link')).toHaveLength(1);
    const changed = await refused('cath', 'assertLink', { ...input, custodyModel: 'SEGREGATED' });
    expect(changed.issues[0].rule).toBe('CLIENT_KEY_REUSED');
  });
});
