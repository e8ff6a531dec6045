import { createHash } from 'node:crypto';
import type { Express } from 'express';

const STYLE = `
body{font:1rem/1.55 system-ui,sans-serif;color:#1c2430;background:#fff;margin:0 auto;max-width:44rem;padding:1rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:1.5rem 0 .5rem}h2{font-size:1.2rem;margin:2.2rem 0 .4rem}
nav a{display:inline-block;margin:.2rem 1rem .2rem 0}a{color:#0b5a8a}
ul{padding-left:1.2rem}li{margin:.45rem 0}
@media(prefers-color-scheme:dark){body{color:#e6e9ee;background:#14181f}a{color:#7cc0ee}}`;

/** No script, no image, nothing from elsewhere: the one style is named by its hash. */
const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A piece of a page; `id` is its anchor. */
export interface PageSection {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly points: readonly string[];
}

export interface TextPage {
  readonly title: string;
  readonly heading: string;
  readonly sections: readonly PageSection[];
  /** Where else to look. */
  readonly links: readonly { readonly address: string; readonly words: string }[];
}

/** Serves a page of text that everybody may read, without login. */
export function serveTextPage(app: Express, address: string, page: TextPage): void {
  const html = pageOf(page);
  app.get(address, (_request, response) => {
    response.setHeader('Content-Security-Policy', PAGE_POLICY);
    response.type('html').send(html);
  });
}

function pageOf({ title, heading, sections, links }: TextPage): string {
  const anchors = [...sections.map(({ id, title: words }) => ({ address: `#${id}`, words })), ...links];
  const list = anchors.map(({ address, words }) => `<a href="${address}">${escaped(words)}</a>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(heading)}</h1>
<nav>
${list}
</nav>
<main>
${sections.map(htmlOf).join('\n')}
</main>
</body>
</html>
`;
}

function htmlOf({ id, title, paragraphs, points }: PageSection): string {
  const texts = paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join('\n');
  const list = points.map((point) => `<li>${escaped(point)}</li>`).join('\n');
  return `<section id="${id}">\n<h2>${escaped(title)}</h2>\n${texts}\n<ul>\n${list}\n</ul>\n</section>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
