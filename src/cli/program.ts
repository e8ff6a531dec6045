import { Command } from 'commander';
import { readConfig } from '../config';
import { registerExchangeCommands } from './exchange';
import { registerPolicyCommands } from './policy';
import { registerReleaseCommands } from './release';
import { registerSchemaCommands } from './schema';
import { registerServeCommands } from './serve';
import { registerTickCommand } from './tick';
import { registerTokenCommand } from './token';

/** The program `sluice`; each part of the hub registers its own commands. */
export function createProgram(): Command {
  const program = new Command('sluice').description('a data-sharing hub for responsible-sourcing alliances');
  const config = () => readConfig(process.env);
  registerServeCommands(program, config);
  registerTokenCommand(program, config);
  registerExchangeCommands(program, config);
  registerSchemaCommands(program);
  registerPolicyCommands(program);
  registerReleaseCommands(program, config);
  registerTickCommand(program, config);
  return program;
}
