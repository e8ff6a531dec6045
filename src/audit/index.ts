export { AuditLog, type ReadOutcome, type ReadRecord } from './auditLog';
