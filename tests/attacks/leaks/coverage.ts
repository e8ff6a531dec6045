/** Which test stands for which known way to leak; where the capability does not exist yet, the issue that brings both. */
export interface Channel {
  number: number;
  channel: string;
  /** file under tests/ and the words of a title in it */
  tests: [file: string, title: string][];
  /** capability that a part of the channel waits for, and the issue that brings it */
  waits?: string;
}

const two = 'attacks/leaks/twoWorlds/twoWorlds.test.ts';
const writes = 'attacks/leaks/writes/writes.test.ts';
const imports = 'attacks/leaks/writes/imports.test.ts';
const differential = 'integration/boundary/differential.test.ts';
const catalog = 'integration/boundary/catalog.test.ts';
const binding = 'integration/boundary/binding.test.ts';
const transport = 'integration/server/transport.test.ts';
const cursor = 'unit/kernel/cursor.test.ts';
const ids = 'unit/kernel/opaqueId.test.ts';
const surface = 'unit/server/surface.test.ts';
const cost = 'unit/server/operationCost.test.ts';
const bound = 'integration/database/boundTransaction.test.ts';
const ledger = 'attacks/statistics/ledgerAttacks.test.ts';

const bytes = 'answer alike, byte by byte';
const fields = 'fact by fact and field by field';

function channel(number: number, name: string, tests: [string, string][], waits?: string): Channel {
  return { number, channel: name, tests, ...(waits === undefined ? {} : { waits }) };
}

export const channels: Channel[] = [
  channel(1, 'direct read of a hidden value', [
    [differential, fields],
    [two, bytes],
  ]),
  channel(2, 'existence by id', [
    [two, bytes],
    [writes, 'the answer for a hidden row is the answer for none'],
  ]),
  channel(3, 'text and code of errors', [
    [writes, 'a write that points to what is hidden fails as one that points to nothing'],
    [writes, 'failing inputs fail alike'],
    [writes, 'a claim before its consultation is nothing to who is outside the alliance'],
    [surface, 'with the code %s is masked'],
  ]),
  channel(4, 'null propagation', [[two, bytes]]),
  channel(5, 'counts', [
    [two, bytes],
    [two, 'the same look finds'],
  ]),
  channel(6, 'page information', [[two, bytes]]),
  channel(7, 'content of cursors', [
    [cursor, 'tell nothing by their length'],
    [cursor, 'do not open for another viewer or another query'],
  ]),
  channel(8, 'gaps of offsets', [[two, bytes]]),
  channel(9, 'filter on a hidden field', [[two, bytes]]),
  channel(10, 'order by a hidden field', [[two, bytes]]),
  channel(11, 'grouping by a hidden field', [[ledger, 'trackers']], 'questions by group over the API: issue 5'),
  channel(12, 'nested filter through a relation', [[two, bytes]]),
  channel(13, 'reverse edges', [[two, bytes]]),
  channel(14, 'search and ranking', [[two, bytes]], 'ranked search: issue 4'),
  channel(15, 'aggregates and differences', [
    [ledger, 'trackers'],
    [ledger, 'reconstruction by linear programming'],
  ]),
  channel(16, 'aggregates over time', [
    ['attacks/statistics/registeredAttacks.test.ts', "one unit's change never shows by itself"],
  ]),
  channel(17, 'minimum, maximum, quantiles', [['attacks/statistics/registeredAttacks.test.ts', 'rank probing']]),
  channel(18, 'unique constraints', [[writes, 'unique keys over rows that the writer may not know']]),
  channel(19, 'foreign keys', [
    [writes, 'a write that points to what is hidden fails as one that points to nothing'],
    [writes, 'writes that succeed answer alike'],
  ]),
  channel(20, 'sequences and order of creation', [[ids, 'show no order of creation']]),
  channel(21, 'time stamps', [[two, bytes]]),
  channel(22, 'upserts and affected counts', [
    [writes, 'a client key of another organisation is no key of this one'],
    [writes, 'writes that succeed answer alike'],
  ]),
  channel(23, 'versions and validators', [
    [two, bytes],
    [transport, 'without traces that a cache could keep'],
  ]),
  channel(24, 'caches of loaders', [[transport, 'interleaved two hundred times see only their own']]),
  channel(25, 'HTTP caches', [[transport, 'without traces that a cache could keep']]),
  channel(26, 'state of pooled connections', [
    [bound, 'leaves neither transaction nor viewer on the connection'],
    [bound, 'outlives the loss of its connection'],
    [binding, 'nothing but a sound, fresh binding'],
  ]),
  channel(27, 'owners, superusers, bypass', [[catalog, 'the catalog holds the boundary']]),
  channel(28, 'views with the rights of their owner', [[catalog, 'the catalog holds the boundary']]),
  channel(29, 'definer functions', [[catalog, 'the catalog holds the boundary']]),
  channel(30, 'functions pushed below the law', [
    [binding, 'is given nothing of a hidden row'],
    [binding, 'a cast that fails on hidden values fails on none of them'],
  ]),
  channel(31, 'estimates and statistics', [
    [binding, 'finds no statistics of columns that it cannot read'],
    [cost, 'is its fields, times the length of the list they lie in'],
  ]),
  channel(32, 'limits that follow hidden rows', [[cost, 'takes the length that the schema gives by default']]),
  channel(
    33,
    'time',
    [['attacks/leaks/timing.test.ts', 'the time does not tell hidden from missing']],
    'measured with SLUICE_FULL=1 on a quiet machine: issue 3',
  ),
  channel(34, 'length of answers', [[two, bytes]]),
  channel(35, 'shared quotas', [[transport, 'an organisation has an account of its own']]),
  channel(36, 'locks', [
    [writes, 'writes that point to rows which somebody else holds are answered at once'],
    [writes, 'takes the row before it asks whose it is'],
  ]),
  channel(37, 'subscriptions', [
    ['attacks/leaks/eventsTwoWorlds.test.ts', 'change neither numbers nor bytes nor heartbeats'],
    ['integration/events/streams.test.ts', 'a stream about a hidden thing is the stream about a missing one'],
    ['integration/events/webhooks.test.ts', 'each attempt is judged anew'],
  ]),
  channel(38, 'audit view', [
    [two, 'what is recorded of the reads is the same in both worlds'],
    ['integration/server/auditRecord.test.ts', 'neither reads, changes, removes nor backdates'],
  ]),
  channel(39, 'logs and metrics', [
    [two, 'neither log nor temporary file holds any of the texts'],
    [surface, 'is written down without the values that it quotes'],
    ['integration/server/faults.test.ts', 'the log holds shapes and codes'],
  ]),
  channel(40, 'introspection', [[transport, 'no name of it is suggested']]),
  channel(41, 'federation', [[two, 'federation is not built']], 'obligations that travel with federated data: issue 2'),
  channel(42, 'import and export', [
    [imports, 'say the same in both worlds'],
    [imports, 'are rejected in the same words'],
    [imports, 'holds the same files, rows and values'],
  ]),
  channel(
    43,
    'attachments',
    [[two, bytes]],
    'the hub keeps addresses and hashes of documents as facts, and serves no file; served files: issue 4',
  ),
  channel(44, 'copies of what was revoked', [
    ['integration/relations/races.test.ts', 'a withdrawal is honoured by the next snapshot'],
  ]),
  channel(45, 'faults inside the policy', [[binding, 'nothing makes an error']]),
  channel(46, 'batches and aliases', [
    [two, bytes],
    [transport, 'only POST with one JSON operation'],
  ]),
  channel(47, 'view as another', [
    [two, 'makes somebody else of the reader'],
    [two, 'whose claims name another is its own subject'],
    [two, 'names a viewer to be'],
  ]),
  channel(
    48,
    'enumeration of people',
    [['integration/people/directory.test.ts', 'nobody and an odd subject are null']],
    'sign-up and reset belong to the identity provider: issue 2',
  ),
];
