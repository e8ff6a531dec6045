import { onFolder, sentenceFor } from '../../../src/database/serverFault';

const folder = '/data/sluice';

describe('a server that does not start says why in one sentence', () => {
  test.each([
    [
      'a full disk while creating',
      'initdb: error: could not write to file "/data/sluice/pg/pg_wal/xlogtemp.34": No space left on device\ninitdb: removing contents of data directory',
      'no space is left on the disk that holds the data folder `/data/sluice`',
    ],
    [
      'a full disk while starting',
      '2026-01-01 00:00:00 UTC [7] FATAL:  could not write lock file "postmaster.pid": No space left on device',
      'no space is left on the disk that holds the data folder `/data/sluice`',
    ],
    [
      'a folder of another user',
      '2026-01-01 00:00:00 UTC [7] FATAL:  data directory "/data/sluice/pg" has wrong ownership',
      'the data folder `/data/sluice` cannot be read and written by this user',
    ],
    [
      'other data',
      'FATAL:  database files are incompatible with server',
      'the data folder `/data/sluice` holds data of another PostgreSQL version',
    ],
    [
      'anything else',
      '[7] LOG:  starting\n[7] FATAL:  could not map anonymous shared memory: Cannot allocate memory\n',
      'PostgreSQL did not start on the data folder `/data/sluice`: could not map anonymous shared memory: Cannot allocate memory',
    ],
    ['nothing', '', 'PostgreSQL did not start on the data folder `/data/sluice`: it gave no reason'],
  ])('%s', (_, output, sentence) => {
    expect(sentenceFor(output, folder)).toBe(sentence);
  });

  test('a fault that is none of the folder is passed on as it is', () => {
    const fault = new TypeError('ours');
    const work = () => {
      throw fault;
    };
    expect(() => onFolder(folder, work)).toThrow(fault);
  });
});
