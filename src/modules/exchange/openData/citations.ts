import type { Publication } from '../staging';

/**
 * When a cited source was published. FINEPRINT cites as `Owner (2020) Annual Report 2019`: the year in brackets is the
 * year of publication; of several, the latest. `(n.d.)`, a website or a report without that year have no date, so a figure
 * cited to them is not proven public and stays with its owner (`domain.md` 0.2: public needs a source and `publishedAt`).
 */
export function publicationYear(citation: string): number | null {
  const years = [...citation.matchAll(/\((\d{4})\)/g)].map((match) => Number(match[1]));
  return years.length === 0 ? null : Math.max(...years);
}

export function publicationOf(citation: string): Publication | null {
  const year = publicationYear(citation);
  return year === null ? null : { citation, sourceUrl: null, publishedAt: `${year}-12-31` };
}
