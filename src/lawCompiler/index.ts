/** The law's compiler: the only user of Cedar. */
export {
  compileSources,
  generateBuild,
  lawHash,
  prepareLaw,
  readLawSources,
  staleFiles,
  writeBuild,
  type DerivedFile,
  type LawSources,
} from './build';
export { formatMasks } from './format';
export { judge, type Judgement } from './judge';
export { LawError } from './lawError';
export { MASKS_PATH } from './masksPath';
export { readMasks } from './read';
export { checkThresholds } from './thresholds';
