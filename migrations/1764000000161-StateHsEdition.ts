import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A heading of the Harmonized System means something only together with its edition (`domain.md` 1.2). */
export class StateHsEdition1764000000161 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table reference.mineral_stage add hs_edition text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table reference.mineral_stage drop hs_edition');
  }
}
