import { createHash } from 'node:crypto';
import type { Express } from 'express';
import { GUIDE_ADDRESS, readRegistry, statisticsGuide, type GuideSection } from '../modules/statistics';

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

/** The page for everybody who wonders what a statistic gives away, or why a figure is missing. */
export function statisticsPage(app: Express): void {
  const page = pageOf(statisticsGuide(readRegistry()));
  app.get(GUIDE_ADDRESS, (_request, response) => {
    response.setHeader('Content-Security-Policy', PAGE_POLICY);
    response.type('html').send(page);
  });
}

function pageOf(sections: readonly GuideSection[]): string {
  const links = sections.map(({ id, title }) => `<a href="#${id}">${escaped(title)}</a>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statistics: what they protect</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Statistics: what they protect, and why a figure is missing</h1>
<nav>
${links}
<a href="/releases">Released tables</a>
</nav>
<main>
${sections.map(htmlOf).join('\n')}
</main>
</body>
</html>
`;
}

function htmlOf({ id, title, paragraphs, points }: GuideSection): string {
  const texts = paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join('\n');
  const list = points.map((point) => `<li>${escaped(point)}</li>`).join('\n');
  return `<section id="${id}">\n<h2>${escaped(title)}</h2>\n${texts}\n<ul>\n${list}\n</ul>\n</section>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
