import { totalmem } from 'node:os';

const megabyte = 2 ** 20;

/** The settings of the embedded server, by PostgreSQL's names; `fast` gives up what a crash of the machine would cost. */
export function serverSettings(clusterName: string, fast: boolean): Record<string, string> {
  return { ...standing, ...sizedByMemory(totalmem() / megabyte), ...(fast ? unsafe : {}), cluster_name: clusterName };
}

const standing = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  password_encryption: 'scram-sha-256',
  // The log names faults, never a value or a statement that could hold one.
  log_min_messages: 'warning',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

function sizedByMemory(memoryMegabytes: number): Record<string, string> {
  const sharedMegabytes = Math.floor(Math.min(512, Math.max(64, memoryMegabytes / 16)));
  return {
    shared_buffers: `${sharedMegabytes}MB`,
    effective_cache_size: `${Math.floor(memoryMegabytes / 2)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
  };
}

/** A commit still reaches the system before it is confirmed, so that a kill of processes loses nothing; power may. */
const unsafe = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
};
