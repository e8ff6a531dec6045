export {
  columnsOf,
  indexCatalogue,
  ownKinds,
  type CatalogueIndex,
  type OwnKind,
  type OwnKindRules,
} from './csv/ownKinds';
export type { ImportSource } from './csv/stageRows';
export { writeCsv } from './csv/writeCsv';
export { readImportSettings, type ImportSettings } from './importSettings';
export { candidateMatches, normaliseName, normaliseOrganisationName, type CandidateMatch } from './matching';
export { commonHolders, ultimateHolders } from './openData/commonHolders';
export { openDataFormats, openOpenData, openOwnCsv, type OpenDataFormat, type SourceFault } from './openSource';
export { Preview, PreviewBuilder, previewOf, type FilePreview, type PreviewData } from './preview';
export type * from './staging';
export type { Actor } from './commit/actor';
export { runImport, type ImportOrder, type ImportReport, type ImportState } from './commit/runImport';
export { exportData, type ExportManifest, type ExportOrder } from './export/exportData';
