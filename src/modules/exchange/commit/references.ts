import type { ReadSession } from '../../../database/boundTransaction';
import type { ResolvedUnit } from '../staging';
import { readSession, type Actor } from './actor';

/** A unit with the words by which a file may name it. */
export interface NamedUnit extends ResolvedUnit {
  readonly name: string;
  readonly names: readonly (string | null)[];
  /** Of a site: what takes place there first. */
  readonly stage: string | null;
  readonly siteType: string | null;
}

const SITES = `select unit_no as "unitNo", owner_no as "ownerNo", organisation_id as "organisationId", id as "siteId", name, array[id::text, name, rmi_cid, os_id] as names,
  stages[1] as stage, type as "siteType" from disclosed.site where id = any($1::uuid[]) or name = any($2) or rmi_cid = any($2) or os_id = any($2)`;
const ORGANISATIONS = `select unit_no as "unitNo", unit_no as "ownerNo", id as "organisationId", null as "siteId", legal_name as name, array[id::text, legal_name, lei] as names,
  null as stage, null as "siteType" from disclosed.organisation where id = any($1::uuid[]) or legal_name = any($2) or lei = any($2)`;

/**
 * Whom the texts of a file name: a site or member by its id, LEI, OS ID, RMI id or exact name, among what the importer may
 * see. Something hidden is as unknown as something that does not exist.
 */
export class References {
  private constructor(private readonly found: ReadonlyMap<string, readonly NamedUnit[]>) {}

  static async of(actor: Actor, texts: Iterable<string>): Promise<References> {
    const session = readSession(actor);
    try {
      return new References(await lookUp(session, actor, [...new Set(texts)]));
    } finally {
      await session.close();
    }
  }

  all(text: string): readonly NamedUnit[] {
    return this.found.get(text) ?? [];
  }

  /** One's own first: a name that one's own site bears means that site, whoever else has one of this name. */
  meant(text: string, organisationNo: number | null): readonly NamedUnit[] {
    const all = this.all(text);
    const own = all.filter(({ ownerNo }) => ownerNo === organisationNo);
    return own.length > 0 ? own : all;
  }
}

async function lookUp(session: ReadSession, actor: Actor, texts: readonly string[]): Promise<Map<string, NamedUnit[]>> {
  const found = new Map<string, NamedUnit[]>();
  if (texts.length === 0) return found;
  const textsOfIds = new Map<string, string>();
  for (const text of texts) {
    const decoded = actor.services.ids.decode(text, null);
    if (decoded !== null && ['site', 'member'].includes(decoded.type)) textsOfIds.set(decoded.uuid, text);
  }
  const parameters = [[...textsOfIds.keys()], texts];
  for (const sql of [SITES, ORGANISATIONS]) {
    for (const unit of await session.query<NamedUnit & Record<string, unknown>>(sql, parameters)) {
      const [id, ...names] = unit.names;
      for (const name of new Set([textsOfIds.get(id ?? ''), ...names])) {
        if (name === undefined || name === null) continue;
        const units = found.get(name) ?? [];
        units.push(unit);
        found.set(name, units);
      }
    }
  }
  return found;
}

export function resolvedOf({ unitNo, ownerNo, organisationId, siteId }: NamedUnit): ResolvedUnit {
  return { unitNo, ownerNo, organisationId, siteId };
}
