export * from './connection';
export * from './disclosedList';
export * from './filters';
export * from './operation';
export * from './viewRows';
