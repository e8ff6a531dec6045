import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OPEN_AT } from './1764000000175-JudgeLinksAtTheirEnds';
import { TakeArraysApartFirst1764000000177 } from './1764000000177-TakeArraysApartFirst';

/** For a database that made the function when migration 175 did not yet judge some links wherever there are fewer. */
export class JudgeSomeLinksAnyhow1764000000180 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop function policy.links_open_at(uuid[], uuid[], uuid[], uuid[])');
    await runner.query(OPEN_AT);
    await new TakeArraysApartFirst1764000000177().up(runner);
  }

  /** What the function gives is the same. */
  async down(): Promise<void> {}
}
