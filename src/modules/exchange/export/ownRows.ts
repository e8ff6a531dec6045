import type { QueryResultRow } from 'pg';
import { ReadSession } from '../../../database/boundTransaction';
import { SELF } from '../../../policy/grounds';
import { bindingOf, type Actor } from '../commit/actor';

const FETCH_ROWS = 2000;

/** Columns that name a second subject or party of a fact, beside `unit_no`. */
const OTHER_SUBJECTS: Readonly<Record<string, string>> = {
  agreement: 'partner_no',
  link: 'customer_unit_no',
};

/**
 * Every version of every fact of one type that the viewer owns or contributed, through the disclosed views alone, a portion
 * in memory at a time. Own units are told by the ground SELF; what is about others and was contributed by the viewer is
 * what remains when SELF is the only ground that may be used.
 */
export async function* ownRows(actor: Actor, table: string): AsyncGenerator<QueryResultRow> {
  const other = OTHER_SUBJECTS[table];
  const isMine = [`u.unit_no`, ...(other === undefined ? [] : [`u.${other}`])]
    .map((column) => `coalesce((select policy.grounds())[${column}] & ${SELF}, 0) <> 0`)
    .join(' or ');
  const sql = (condition: string) =>
    `select u.* from disclosed.${table}_history u where ${condition} order by u.id, u.known_from`;
  const { viewer } = actor;
  yield* fetched(actor, viewer.may, sql(`(${isMine})`));
  yield* fetched(actor, viewer.may & SELF, sql(`not (${isMine})`));
}

async function* fetched(actor: Actor, may: number, sql: string): AsyncGenerator<QueryResultRow> {
  const { services, viewer } = actor;
  const session = ReadSession.open(services.pools.reader, services.bindingKey, { ...bindingOf(viewer), may });
  try {
    await session.query(`declare own_rows no scroll cursor for ${sql}`);
    for (;;) {
      const rows = await session.query<QueryResultRow>(`fetch ${FETCH_ROWS} from own_rows`);
      yield* rows;
      if (rows.length < FETCH_ROWS) return;
    }
  } finally {
    await session.close();
  }
}
