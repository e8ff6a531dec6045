import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../../../../src/identity/viewer';
import { resolveViewer, readIdentityThresholds, readPurposes } from '../../../../src/identity';
import type { EntityType } from '../../../../src/kernel/opaqueId';
import { PeopleDirectory } from '../../../../src/modules/people';
import { packageRoot } from '../../../../src/modules/reference';
import { buildHubSchema } from '../../../../src/server/schema';
import { liftConstraints, readTableShapes, writeWorld } from '../../../integration/boundary/vaultDoor';
import { createTestDatabase, runAsAdmin } from '../../../support/database';
import { subjectOf } from '../../../support/hub';
import type { RandomWorld, TableShapes } from '../../../support/randomWorld';
import type { Reader } from '../../../support/referenceModel/policy';
import { FieldCoverage } from './fieldCoverage';
import type { GeneratedOperation } from './operations';
import { writePeople, writeSurroundings } from './people';
import type { Codes } from './showable';
import type { Standpoint } from './standpoints';
import { WorldHub, type Observed } from './worldHub';
import { firstWorld, otherWorld, tokensIn, type TwoWorlds } from './worlds';

/** Two hubs in one process on two databases. The first world stays; the second is written anew for each reader. */
export class Pair {
  worlds: TwoWorlds | null = null;
  reader: Reader | null = null;
  standpoint: Standpoint | null = null;
  private readonly tables: string[];

  private constructor(
    readonly hubs: readonly [WorldHub, WorldHub],
    readonly coverage: readonly [FieldCoverage, FieldCoverage],
    private readonly first: RandomWorld,
    private readonly shapes: TableShapes,
    private readonly codes: Codes,
  ) {
    this.tables = [...shapes.keys()];
  }

  static async start(seed: number, schemaOf: () => Promise<GraphQLSchema> = buildHubSchema): Promise<Pair> {
    const databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
    for (const { admin, url } of databases) {
      await liftConstraints(admin);
      await runAsAdmin(url, writeSurroundings);
    }
    const [{ admin }] = databases;
    const column = async (sql: string): Promise<string[]> =>
      (await admin.query<{ id: string }>(sql)).rows.map((row) => row.id);
    const shapes = await readTableShapes(admin);
    const codes: Codes = {
      indicators: [...(await column('select id from reference.indicator order by id limit 8')), 'TRIR', 'GHG_INT'],
      standards: ['IRMA', ...(await column('select id from reference.standard order by id limit 3'))],
      minerals: ['cobalt', ...(await column('select id from reference.mineral order by id limit 3'))],
      topics: await column('select id from reference.topic order by id limit 4'),
    };
    const first = firstWorld(seed, (await column('select current_date::text as id'))[0] ?? '', shapes, codes);
    const schemas = [await schemaOf(), await schemaOf()] as const;
    const coverage = [new FieldCoverage(schemas[0]), new FieldCoverage(schemas[1])] as const;
    const hubs = [
      await WorldHub.start(databases[0], schemas[0]),
      await WorldHub.start(databases[1], schemas[1]),
    ] as const;
    const pair = new Pair(hubs, coverage, first, shapes, codes);
    await pair.write(0, first);
    return pair;
  }

  stop(): Promise<unknown> {
    return Promise.all(this.hubs.map((hub) => hub.stop()));
  }

  /** From here on the second world differs from the first in what this reader may not know. */
  async lookFrom(standpoint: Standpoint): Promise<TwoWorlds> {
    if (this.standpoint === standpoint && this.worlds !== null) return this.worlds;
    const { deskNos, organisationNo, may, purpose, initiativeNo } = await this.viewerOf(standpoint);
    this.reader = {
      desks: [...deskNos],
      organisation: organisationNo ?? 0,
      may,
      purpose: purpose ?? '',
      initiative: initiativeNo,
    };
    this.standpoint = standpoint;
    this.worlds = otherWorld(this.first, this.shapes, this.reader, this.codes);
    await this.write(1, this.worlds.worlds[1]);
    return this.worlds;
  }

  /** As the hub itself resolves it. */
  async viewerOf({ key, organisation, purpose }: Standpoint): Promise<Viewer> {
    const { services } = this.hubs[0].hub;
    const policies = `${packageRoot()}/policies`;
    return resolveViewer(
      organisation === null ? { kind: 'NONE' } : { kind: 'TOKEN', subject: subjectOf(key), scopes: null },
      new PeopleDirectory(services.pools.reader, services.ids),
      purpose === null ? {} : { 'sluice-purpose': purpose },
      new Date(),
      { purposes: readPurposes(policies), thresholds: readIdentityThresholds(policies) },
    );
  }

  /** An id as this reader would write it. */
  idOf(type: EntityType, uuid: string): string {
    const organisation = this.standpoint?.organisation ?? null;
    const scope = organisation === null ? 'PUBLIC' : uuidOfOrganisation(organisation);
    const stable = ['member', 'site', 'alliance'].includes(type);
    return this.hubs[0].hub.services.ids.encode(type, uuid, stable ? null : scope);
  }

  /** Once more where the answers differ: a statement of an operation that failed before may still have been under way. */
  private async askTwice(text: string): Promise<[Observed, Observed]> {
    const [one, two] = await this.ask(text);
    if (JSON.stringify(one) === JSON.stringify(two)) return [one, two];
    await new Promise((resolve) => setTimeout(resolve, 300));
    return this.ask(text);
  }

  ask(text: string, variables: object = {}): Promise<[Observed, Observed]> {
    return this.send(JSON.stringify({ query: text, variables }));
  }

  async send(body: string, headers: Record<string, string> = {}): Promise<[Observed, Observed]> {
    const { standpoint } = this;
    if (standpoint === null) throw new Error('nobody looks yet');
    const stated: Record<string, string> = standpoint.purpose === null ? {} : { 'sluice-purpose': standpoint.purpose };
    const sent = {
      as: standpoint.organisation === null ? null : standpoint.key,
      body,
      headers: { ...stated, ...headers },
    };
    return Promise.all([this.hubs[0].send(sent), this.hubs[1].send(sent)]);
  }

  /** What the operations let the reader tell of what it may not know: differences, and tokens that stand in answers. */
  async leaks(operations: readonly GeneratedOperation[]): Promise<string[]> {
    const found: string[] = [];
    for (const { about, text, parts } of operations) {
      const [one, two] = await this.askTwice(text);
      const hasFailed = parts !== undefined && one.body.includes('"errors":');
      // of several questions in one, the first that fails ends them all: how far the others came is chance
      const [first, second] = hasFailed ? [one, two].map((each) => ({ ...each, statements: [] })) : [one, two];
      if (first !== undefined && second !== undefined) found.push(...this.compare(about, text, first, second));
      if (!hasFailed) continue;
      await new Promise((resolve) => setTimeout(resolve, 200));
      found.push(...(await this.leaks(parts)));
    }
    return found;
  }

  compare(about: string, text: string, one: Observed, two: Observed): string[] {
    const found: string[] = [];
    const place = `${this.standpoint?.key ?? ''}: ${about}`;
    const [first, second] = [one, two].map((each) => JSON.stringify(each));
    if (first !== second)
      found.push(`${place} differs: ${text.slice(0, 300)}\n${firstDifference(first ?? '', second ?? '')}`);
    const asked = new Set(tokensIn(text));
    const told = tokensIn(one.body + two.body).find((token) => this.worlds?.canaries.has(token) && !asked.has(token));
    if (told !== undefined) found.push(`${place} tells ${told}: ${text.slice(0, 300)}`);
    if (/INTERNAL_SERVER_ERROR/.test(one.body)) found.push(`${place} fails inside: ${text.slice(0, 300)}`);
    return found;
  }

  private async write(index: 0 | 1, world: RandomWorld): Promise<void> {
    const { url } = this.hubs[index].database;
    await runAsAdmin(url, async (client) => {
      await client.query('set session_replication_role = replica');
      await client.query(
        this.tables.map((table) => `delete from vault.${table}; delete from vault.${table}_history`).join(';'),
      );
      await writeWorld(client, world, this.shapes);
      await client.query('set session_replication_role = replica');
      await writePeople(client);
      // the most closed rows of each world are judged beside every id that is asked for: no answer or record may tell which
      await client.query('delete from policy.decoy; select vault.choose_decoys()');
    });
  }
}

function uuidOfOrganisation(no: number): string {
  return `00000000-0000-4000-8000-${String(no).padStart(12, '0')}`;
}

function firstDifference(one: string, two: string): string {
  const place = [...one].findIndex((letter, index) => letter !== two[index]);
  return `  ${one.slice(Math.max(0, place - 100), place + 140)}\n  ${two.slice(Math.max(0, place - 100), place + 140)}`;
}
