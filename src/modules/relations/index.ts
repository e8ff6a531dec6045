export { bindClosures, deferRelations, registerUnits, type Statements, type UnitToRegister } from './relations';
