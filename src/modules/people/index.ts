export { PeopleDirectory } from './directory';
