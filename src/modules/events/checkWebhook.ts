import { isIP } from 'node:net';
import type { IssueList } from '../../kernel/issues';
import { isLoopbackAddress, isPublicAddress } from './publicAddress';

const URL_CHARACTERS_MAX = 2000;

/**
 * Whether events may be sent to this address at all. Names are not looked up here: where a name leads is checked at each attempt,
 * and whether the hub's network knows a name is nobody's business.
 * @param loopback whether receivers on this very machine are allowed, as in tests and the demo
 */
export function checkWebhookUrl(text: string, loopback: boolean, issues: IssueList): void {
  const path = ['input', 'url'];
  if (text.length > URL_CHARACTERS_MAX || !URL.canParse(text)) {
    issues.add(path, 'URL', 'give a whole web address');
    return;
  }
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const here = loopback && (host === 'localhost' || isLoopbackAddress(host));
  if (url.protocol !== 'https:' && !(here && url.protocol === 'http:')) issues.add(path, 'URL.HTTPS', 'use https');
  if (url.username !== '' || url.password !== '') {
    issues.add(path, 'URL.CREDENTIALS', 'leave out user and password: each body is signed');
  }
  if (url.hash !== '') issues.add(path, 'URL.FRAGMENT', 'leave out what follows the hash');
  const isNamed = isIP(host) === 0;
  if (!here && (isNamed ? !host.includes('.') || host.endsWith('.localhost') : !isPublicAddress(host))) {
    issues.add(path, 'URL.ADDRESS', 'give a host of the public internet');
  }
}
