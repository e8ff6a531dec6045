import { codeOf, StartupError } from './startupError';

export const noSpace = (folder: string) => `no space is left on the disk that holds the data folder \`${folder}\``;
const notUsable = (folder: string) => `the data folder \`${folder}\` cannot be read and written by this user`;

const unusableCodes = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'];

/** Runs work on the data folder and turns the faults of the file system into one sentence. */
export function onFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = codeOf(cause) ?? '';
    if (['ENOSPC', 'EDQUOT'].includes(code)) throw new StartupError(noSpace(folder), { cause });
    if (unusableCodes.includes(code)) throw new StartupError(notUsable(folder), { cause });
    throw cause;
  }
}

/** What went wrong, by the words of initdb or of the server's log, which `lc_messages=C` fixes. */
export function sentenceFor(output: string, folder: string): string {
  if (/No space left on device|Disk quota exceeded/.test(output)) return noSpace(folder);
  if (/is not compatible with this version|incompatible with server/.test(output)) {
    return `the data folder \`${folder}\` holds data of another PostgreSQL version`;
  }
  if (/Permission denied|has wrong ownership|has invalid permissions|Read-only file system/.test(output)) {
    return notUsable(folder);
  }
  const lines = output.trim().split('\n');
  const fault = lines.filter((line) => /(FATAL|PANIC|error):/.test(line)).at(-1) ?? lines.at(-1) ?? '';
  const reason = fault.replace(/^.*?(FATAL|PANIC|error):\s*/, '');
  return `PostgreSQL did not start on the data folder \`${folder}\`: ${reason || 'it gave no reason'}`;
}
