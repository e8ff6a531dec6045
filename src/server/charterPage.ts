import type { Express } from 'express';
import type { PurposeList } from '../identity';
import type { Charter } from '../policy/charter';
import { serveTextPage, type PageSection } from './textPage';

export const CHARTER_ADDRESS = '/charter';

/** The information charter that every member signs, for whoever wants to read it before: made from the law in force. */
export function charterPage(app: Express, charter: Charter, purposes: PurposeList): void {
  serveTextPage(app, CHARTER_ADDRESS, {
    title: 'Information charter',
    heading: 'Information charter: what members report, who sees it, and how it is used outside',
    sections: [expected(charter), tiers(charter), outside(charter, purposes), rules(charter)],
    links: [{ address: '/statistics', words: 'What statistics protect' }],
  });
}

function expected({ expected: figures, version }: Charter): PageSection {
  return {
    id: 'expected',
    title: 'What members are asked to report',
    paragraphs: [
      'Who sees a figure where its owner says nothing, once it is a year old and while the alliance cooperates. Owners may share less, and more of what is not commercially sensitive.',
      `Version of the law: ${version}`,
    ],
    points: figures.map(({ name, unit, tier, seenBy }) => `${name} (${unit}), ${tier}: ${seenBy.join('; ')}.`),
  };
}

function tiers({ tiers: all }: Charter): PageSection {
  const points = all.map(({ tier, words }) => `${tier}: ${words}.`);
  return { id: 'tiers', title: 'How far an owner may let a value go', paragraphs: [], points };
}

function outside({ expected: figures }: Charter, purposes: PurposeList): PageSection {
  const used = figures.filter(({ usedOutside }) => usedOutside.length > 0);
  const stated = [...purposes.values()].map(({ code, meaning }) => `${code}: ${meaning}`);
  return {
    id: 'outside',
    title: 'How it is used outside',
    paragraphs: [
      'What leaves the alliance is listed here; a figure that is not listed does not leave it. Statistics are made so that nobody can work out the figure of one member.',
      `Whoever reads what is not public states a purpose, which is recorded with the read: ${stated.join('; ')}.`,
    ],
    points: used.map(({ name, usedOutside }) => `${name}: ${usedOutside.join('; ')}.`),
  };
}

function rules({ rules: all }: Charter): PageSection {
  return {
    id: 'rules',
    title: 'The rules, each with its basis',
    paragraphs: ['A rule that closes holds over every rule that opens; what no rule opens is closed.'],
    points: all.map(
      ({ id, opens, reason, basis }) => `${id} (${opens ? 'opens' : 'closes'}): ${reason}. Basis: ${basis}.`,
    ),
  };
}
