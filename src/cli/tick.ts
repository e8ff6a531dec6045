import type { Command } from 'commander';
import type { Config } from '../config';
import { openDatabase } from '../database/openDatabase';
import { openPools } from '../database/pools';
import { openServices } from '../server/hub';
import { systemSteps, takeStep, type StepOutcome } from '../server/systemSteps';

/** Adds `tick`: the steps of time now, as the running hub takes them by itself. */
export function registerTickCommand(program: Command, config: () => Config): void {
  program
    .command('tick')
    .description('take the steps of time now: what is due expires, lapses and freezes')
    .action(() => tick(config()));
}

/** Every step is tried; the first failure is told after the last one. */
async function tick(config: Config): Promise<void> {
  const database = await openDatabase(config, { attach: true });
  const pools = openPools({ adminUrl: database.adminUrl, secret: config.secret });
  const failures: unknown[] = [];
  try {
    const today = openServices(config, pools).today();
    for (const step of systemSteps) {
      try {
        process.stdout.write(`${step.name}: ${WORDS[await takeStep(pools.trustee, step, today, 0)]}\n`);
      } catch (error) {
        failures.push(error);
        process.stdout.write(`${step.name}: failed, nothing moved\n`);
      }
    }
  } finally {
    await pools.close();
    await database.stop();
  }
  if (failures.length > 0) throw failures[0];
}

const WORDS: Readonly<Record<StepOutcome, string>> = { RAN: 'done', NOT_DUE: 'another hub is at it' };
