import type { Express } from 'express';
import { GUIDE_ADDRESS, readRegistry, statisticsGuide } from '../modules/statistics';
import { serveTextPage } from './textPage';

/** The page for everybody who wonders what a statistic gives away, or why a figure is missing. */
export function statisticsPage(app: Express): void {
  serveTextPage(app, GUIDE_ADDRESS, {
    title: 'Statistics: what they protect',
    heading: 'Statistics: what they protect, and why a figure is missing',
    sections: statisticsGuide(readRegistry()),
    links: [{ address: '/releases', words: 'Released tables' }],
  });
}
