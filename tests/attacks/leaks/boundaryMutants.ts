/** One way to break the boundary by hand: what a careless change of the generator or of a function would do. */
export interface Mutant {
  name: string;
  /** `boundary`, or the function that is rewritten */
  of: string;
  change: (sql: string) => string;
}

/** SQL of the gates, as one regular expression. */
const GATES = String.raw`\(select g\.masks from policy\.rights_gate g where [^\n]*?, 3\)\)`;

function everywhere(name: string, from: string | RegExp, to: string): Mutant {
  return { name, of: 'boundary', change: (sql) => sql.replaceAll(from, to) };
}

/** Only in the statements whose first line starts so. */
function within(name: string, start: string, from: string | RegExp, to: string): Mutant {
  return {
    name,
    of: 'boundary',
    change: (sql) =>
      sql
        .split(/;\n/)
        .map((statement) => (statement.trimStart().startsWith(start) ? statement.replaceAll(from, to) : statement))
        .join(';\n'),
  };
}

function inFunction(of: string, name: string, from: string | RegExp, to: string): Mutant {
  return { name, of, change: (sql) => sql.replace(from, to) };
}

const ofOneAge = String.raw`'\[0:143\]=\{[0-9,]+\}'::int\[\]`;
const classMasks = String.raw`\((?:case when [^\n]{1,200}? then )?${ofOneAge}(?: else ${ofOneAge} end)?\)\[\w+\.disclosure_class\]`;

const rowLaw: Mutant[] = [
  everywhere('tier and sensitivity are dropped', new RegExp(classMasks, 'g'), '268435455'),
  everywhere('any reason will do, whatever the cell', '<> 0', '>= 0'),
  inFunction('policy.row_opens', 'any reason will do in the whole law', /<> 0/g, '>= 0'),
  inFunction(
    'policy.row_opens',
    'a missing pair is every reason',
    /known\.held\[(\w+\[\d\])\]/g,
    'coalesce(known.held[$1], -1)',
  ),
  inFunction('policy.row_opens', 'the contributor is not asked', 'contributor_no = owner_no or', 'true or'),
  inFunction('policy.row_opens', 'of all whom a row is about the first decides', 'cardinality(subjects) = 1', 'true'),
  inFunction('policy.row_opens', 'PARTY without being named', 'known.me = any(parties)', 'true'),
  inFunction('policy.row_opens', 'GRANT without an agreement', /&& known\.granted/g, 'is not null'),
  inFunction(
    'policy.row_opens',
    'a grant of one unit is a grant of its neighbour',
    / \* 16777216::bigint/g,
    ' * 16777216::bigint + 16777216::bigint',
  ),
  inFunction('policy.row_opens', 'a grant of one class is a grant of all', 'data_classes[1] * 1048576', '0 * 1048576'),
  inFunction('policy.row_opens', 'a grant of one fact is a grant of all', '+ fact * 4096', ''),
  inFunction(
    'policy.row_opens',
    'who gave a row does not know it',
    /return \(known\.held\[contributor_no\][^\n]*/,
    'return false',
  ),
  inFunction(
    'policy.row_opens',
    'the gates of the phase are dropped in the whole law',
    '& known.gates[data_classes[each] + 1]',
    '',
  ),
  inFunction('policy.row_opens', 'tier and sensitivity are dropped in the whole law', /& \('\[0:575\][^\n]*/, ''),
  inFunction('policy.row_opens', "the past by then's class alone", '1..cardinality(classes)', '1..1'),
  inFunction('policy.row_opens', 'withdrawn rows stay', 'withdrawn_at is not null', 'false'),
  inFunction(
    'policy.row_opens',
    'withdrawn rows are hidden from their owner as well',
    'known.me in (owner_no, contributor_no)',
    'false',
  ),
  inFunction(
    'policy.row_opens',
    'the future counts as long past in the whole law',
    'width_bucket(aged[each],',
    `width_bucket(case when aged[each] > current_date then date '2000-01-01' else aged[each] end,`,
  ),
  inFunction(
    'policy.column_opens',
    'the contributor is not asked for a column',
    'contributor_no = owner_no or',
    'true or',
  ),
  inFunction('policy.column_opens', 'the other end is not asked for a column', 'cardinality(subjects) = 1', 'true'),
  inFunction(
    'policy.column_opens',
    'the phase is dropped in a column by the whole law',
    '& known.gates[data_class + 1]',
    '',
  ),
  inFunction('policy.column_opens', 'a column needs no agreement', /&& known\.granted/g, 'is not null'),
  inFunction('policy.column_opens', 'a column needs no name', 'known.me = any(parties)', 'true'),
  inFunction(
    'policy.column_opens',
    'who gave a row does not know a column',
    /return \(known\.held\[contributor_no\][^\n]*/,
    'return false',
  ),
  within(
    'the other end of a link is not asked',
    'create policy law on vault.link for',
    'link.customer_unit_no]',
    'link.unit_no]',
  ),
  within(
    'either end of a link is enough',
    'create policy law on vault.link for',
    /subjects => array\[link\.unit_no, link\.customer_unit_no\]/g,
    'subjects => array[link.unit_no]',
  ),
  everywhere(
    'recipients of a demand are not looked up',
    /parties => array\[(\w+)\.owner_no\] \|\| \1\.recipients/g,
    `parties => array[(select policy.organisation_no())]`,
  ),
  everywhere(
    'the future counts as long past',
    /when (\w+\.\w+) <= (\(select [^)]*\)) then/g,
    'when $1 <= $2 or $1 > current_date then',
  ),
  everywhere('three months are two', "interval '3 months'", "interval '2 months'"),
  // (another number than twelve changes nothing: no cell of today's law tells three months from twelve)
  everywhere(
    'the border of an age is a day early',
    "current_date - interval '3 months'",
    "current_date - interval '3 months' + interval '1 day'",
  ),
  within('one law is always true', 'create policy law on vault.finding for', /using \(/g, 'using (true or '),
  within(
    'the law of a history is always true',
    'create policy law on vault.site_history for',
    /using \(/g,
    'using (true or ',
  ),
  everywhere(
    'every phase opens everything',
    new RegExp(GATES, 'g'),
    `('{${Array(13).fill(268435455).join(',')}}'::int[])`,
  ),
  everywhere(
    'counsel reads every agreement',
    /case when agreement(_history)?\.needs_clearance or [^)]*\) then/g,
    'case when true then',
  ),
  everywhere('the reasons of another unit', ')[measurement.unit_no]', ')[measurement.owner_no]'),
];

const columns: Mutant[] = [
  everywhere(
    'columns are not masked',
    /\n {2}case when (?:(?!\n {4}then | as redacted)[\s\S])*\n {4}then (\w+\.\w+) end as/g,
    '\n  $1 as',
  ),
  within(
    'a column of a link is not masked',
    'create view disclosed.link as',
    /\n {2}case when (?:(?!\n {4}then | as redacted)[\s\S])*\n {4}then (link\.volume_band) end/g,
    '\n  $1',
  ),
  within(
    'a column of the past is not masked',
    'create view disclosed.site_history',
    /\n {2}case when (?:(?!\n {4}then | as redacted)[\s\S])*\n {4}then (site_history\.latitude) end/g,
    '\n  $1',
  ),
  within(
    'a column of the past by its old class alone',
    'create view disclosed.site_history',
    / & \('\[0:143\]=\{[^}]*\}'::int\[\]\)\[site\.location_class\]/g,
    '',
  ),
  everywhere("the owner's choice for a column is ignored", /coalesce\(\w+\.field_tiers\[\d+\], (\d)\)/g, '$1'),
  everywhere('a missing choice is PUBLIC', /coalesce\((\w+\.field_tiers\[\d+\]), \d\)/g, 'coalesce($1, 0)'),
  within(
    'what is told as closed depends on the row',
    'create view disclosed.organisation as',
    /else (\d+) end( \||\s+as redacted)/g,
    'else $1 * (organisation.verified::int) end$2',
  ),
  within(
    'the history joins on the unit',
    'create view disclosed.measurement_history',
    'on measurement.id = measurement_history.id',
    'on measurement.unit_no = measurement_history.unit_no',
  ),
  within(
    'the history forgets its law',
    'create view disclosed.measurement_history',
    /\nwhere coalesce\(/g,
    '\nwhere true or coalesce(',
  ),
];

/** The way that comes first in a row law and is looked up by sub-selects of its own. */
const plainWay: Mutant[] = [
  everywhere('the plain way forgets who gave a row', /\b(\w+)\.contributor_no = \1\.owner_no\n/g, 'true\n'),
  everywhere(
    'the plain way needs no agreement and no name',
    new RegExp(`${ofOneAge}( (?:else|end\\)\\[|\\)\\[))`.replace('[0-9,]+', '([0-9,]+)'), 'g'),
    `'[0:143]={${Array(144).fill(268435455).join(',')}}'::int[]$2`,
  ),
  everywhere('the plain way asks no phase', new RegExp(String.raw` & ${GATES}\[\w+\.data_class \+ 1\]`, 'g'), ''),
  everywhere('the plain way counts a stale closure', ' and v.closure_valid', ''),
  everywhere(
    'the plain way ignores what the person may',
    `where g.rights = split_part(current_setting('sluice.viewer', true), '|', 3)`,
    `where g.rights = '268435455/' || split_part(split_part(current_setting('sluice.viewer', true), '|', 3), '/', 2)`,
  ),
  everywhere(
    'the plain way ignores the stated initiative',
    `where g.rights = split_part(current_setting('sluice.viewer', true), '|', 3)`,
    `where g.rights = split_part(split_part(current_setting('sluice.viewer', true), '|', 3), '/', 1) || '/-'`,
  ),
  everywhere(
    'the plain way keeps withdrawn rows',
    /case when (\w+)\.withdrawn_at is null and \1\.c/g,
    'case when $1.c',
  ),
  everywhere('the plain way verifies nothing', /policy\.is_signed\((?:[^()]|\([^)]*\))*\)/g, 'true'),
];

const lookups: Mutant[] = [
  inFunction('policy.is_signed', 'an expired binding is accepted', '>= statement_timestamp()', 'is not null'),
  inFunction(
    'policy.is_signed',
    'the process may be any near by',
    'int4send(pg_backend_pid())',
    `int4send(coalesce((select near from generate_series(pg_backend_pid() - 2000, pg_backend_pid() + 2000) near where proof
      = encode(sha256(outer_pad || sha256(inner_pad || int4send(near) || convert_to(claims, 'UTF8'))), 'hex')), 0))`,
  ),
  inFunction('policy.is_signed', 'the signature is not compared', / = proof\)/, ' is not null)'),
  inFunction(
    'policy.is_signed',
    'the signature is compared by its start',
    / = proof\)/,
    ` ~~ (substr(proof, 1, 1) || '%'))`,
  ),
  inFunction(
    'policy.bound',
    'the form is not checked',
    /if \(claims ~ '[^']*'\) is not true then/,
    'if claims is null then',
  ),
  inFunction(
    'policy.is_signed',
    'the rights are not signed',
    'convert_to(claims',
    `convert_to(regexp_replace(claims, '^([^|]*[|][^|]*[|])[^/]*', '\\1268435455')`,
  ),
  inFunction('policy.grounds', 'two desks add up', 'bit_and(', 'bit_or('),
  inFunction('policy.grounds', 'of two desks the first decides', 'cardinality(desks) = 1', 'true'),
  inFunction('policy.grounds', 'a stale closure counts', /closure_valid/g, 'true'),
  inFunction('policy.known', 'what the person may is ignored', / & b\.may/g, ''),
  inFunction('policy.known', 'of two desks the first decides in the whole law', 'cardinality(b.desk_nos) = 1', 'true'),
  inFunction('policy.known', 'a stale closure counts in the whole law', ' and v.closure_valid', ''),
  inFunction('policy.refresh_gates', 'freezes are ignored', 'f.lifted_at is null', 'false'),
  inFunction('policy.refresh_gates', 'a lifted freeze still holds', 'f.lifted_at is null', 'true'),
  inFunction('policy.known', 'the stated initiative is ignored', 'coalesce(b.initiative_no, 0)', '0'),
  inFunction('policy.initiative_gate_changed', 'what is kept is more than a person may', ' & m.mask', ''),
  inFunction('policy.granted', 'the purpose is ignored', /and g\.purpose = b\.purpose/, ''),
  inFunction('policy.granted', 'the grantee is ignored', /g\.grantee_no = b\.organisation_no and/, ''),
  inFunction('policy.granted', 'agreements never start', /and g\.starts_on <= current_date/, ''),
  inFunction('policy.granted', 'agreements never end', /and current_date < g\.ends_on/, ''),
  inFunction('policy.granted', 'agreements end a day late', /current_date < g\.ends_on/, 'current_date <= g.ends_on'),
  inFunction(
    'policy.granted',
    'the initiative of a grant is ignored',
    /and \(g\.initiative_id is null or[\s\S]*?\)\)/,
    '',
  ),
];

const catalog: Mutant[] = [
  everywhere('row security is not forced', /alter table vault\.\w+ force row level security;/g, ''),
  everywhere(
    'the reader may read the vault',
    /grant select on vault\.measurement to sluice_discloser;/g,
    'grant select on vault.measurement to sluice_discloser, sluice_reader;',
  ),
  everywhere('a view keeps the migrator as owner', 'alter view disclosed.demand owner to sluice_discloser;', ''),
];

const [DOWNWARD, BOTH_WAYS] = [(1 << 12) | (1 << 22), (1 << 12) | (1 << 13) | (1 << 22) | (1 << 23)];
const [SELF, CO_MEMBER] = [1 << 8, 1 << 14];

/** Smaller slips: one class, one direction, one column, one half of a condition. */
const slips: Mutant[] = [
  inFunction(
    'policy.refresh_gates',
    'a freeze is ignored for one class',
    'class_no > 1 and',
    'class_no > 1 and class_no <> 4 and',
  ),
  inFunction(
    'policy.refresh_gates',
    'a freeze of one initiative holds for none',
    'f.initiative_no is null or f.initiative_no = context.initiative_no',
    'f.initiative_no is null',
  ),
  inFunction(
    'policy.refresh_gates',
    'a freeze of one initiative holds for all',
    'f.initiative_no is null or f.initiative_no = context.initiative_no',
    'true',
  ),
  inFunction(
    'policy.refresh_gates',
    'a freeze spares fellow members',
    `then ${SELF} else`,
    `then ${SELF | CO_MEMBER} else`,
  ),
  inFunction('policy.grounds', 'a stale closure counts in one direction', `~${BOTH_WAYS}`, `~${DOWNWARD}`),
  inFunction(
    'policy.refresh_gates',
    'an unknown initiative is in cooperation',
    "select -1, null, 'CHAMPIONING'",
    "select -1, null, 'COOPERATION'",
  ),
  everywhere('the field of a grant is ignored', /field => \w+\.indicator_no/g, 'field => 0'),
  inFunction(
    'policy.row_opens',
    'who gave a row reads it whatever the phase',
    `[contributor_no] & cell & ${SELF}`,
    `[contributor_no] & ${SELF}`,
  ),
  within(
    'a column forgets who gave it',
    'create view disclosed.site as',
    /contributor_no => site\.contributor_no/g,
    'contributor_no => site.owner_no',
  ),
  within(
    'a column of a link asks one end only',
    'create view disclosed.link as',
    'link.customer_unit_no]',
    'link.unit_no]',
  ),
  within(
    'the phase is dropped in a column',
    'create view disclosed.organisation as',
    new RegExp(String.raw` & ${GATES}\[\d+ \+ 1\]`, 'g'),
    '',
  ),
  within(
    'a column is read by the class of its row',
    'create view disclosed.site as',
    /\[site\.location_class\]/g,
    '[site.disclosure_class]',
  ),
  within(
    'a CASE is removed',
    'create view disclosed.plan as',
    /\n {2}case when (?:(?!\n {4}then | as redacted)[\s\S])*\n {4}then (plan\.budget_band) end/g,
    '\n  $1',
  ),
];

export const mutants: Mutant[] = [...rowLaw, ...plainWay, ...columns, ...lookups, ...catalog, ...slips];
