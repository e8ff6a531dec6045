export { Randomness } from '../../../bench/randomness';
