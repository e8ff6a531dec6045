import type { MigrationInterface, QueryRunner } from 'typeorm';

const LINKS_OPEN_AT = 'policy.links_open_at(uuid[],uuid[],uuid[],uuid[])';
const LOOKED_UP = `if held is null or gates is null then return '{}'; end if;`;
/** PL/pgSQL takes an array apart when an element is first asked for: with many units that takes longer than judging a link. */
const TAKEN_APART = `${LOOKED_UP}
  -- taken apart here, and not by the first link, so that it is done where there is none
  perform held[1], gates[1], masks[1];`;

async function rewrite(runner: QueryRunner, from: string, to: string): Promise<void> {
  const rows: { sql: string }[] = await runner.query('select pg_get_functiondef($1::regprocedure) as sql', [
    LINKS_OPEN_AT,
  ]);
  const sql = rows[0]?.sql ?? '';
  if (!sql.includes(from)) throw new Error(`${LINKS_OPEN_AT} is not as it was`);
  await runner.query(sql.replace(from, to));
}

/** The first link of an end, hidden or not, costs no more than the others. */
export class TakeArraysApartFirst1764000000177 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await rewrite(runner, LOOKED_UP, TAKEN_APART);
  }

  async down(runner: QueryRunner): Promise<void> {
    await rewrite(runner, TAKEN_APART, LOOKED_UP);
  }
}
