export {
  bulkInsert,
  bulkStatement,
  idArray,
  json,
  type BulkColumn,
  type BulkStatement,
  type BulkType,
} from './bulk.ts';
export { createDatabase, type Database, type DatabaseOptions } from './database.ts';
export { PostgresStageStore } from './postgres-stage-store.ts';
export { stageMigrations, StageTables1763856000000 } from './stage-migration.ts';
export { storeError } from './store-errors.ts';
