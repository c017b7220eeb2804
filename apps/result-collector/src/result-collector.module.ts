import { Module, type DynamicModule } from '@nestjs/common';
import type { Database } from '@windlass/persistence';
import { FACT_READER, ResultsController } from './http/results.controller.ts';
import { WorkController } from './http/work.controller.ts';
import { KnownStage } from './kafka/known-stage.ts';
import { PostgresFactReader } from './postgres/postgres-fact-reader.ts';
import { PostgresFactStore } from './postgres/postgres-fact-store.ts';

/** The composition root: which adapter fills which port. */
@Module({})
export class ResultCollectorModule {
  static on({ dataSource }: Database): DynamicModule {
    return {
      module: ResultCollectorModule,
      controllers: [ResultsController, WorkController],
      providers: [
        { provide: KnownStage, useFactory: () => new KnownStage(new PostgresFactStore()) },
        { provide: FACT_READER, useFactory: () => new PostgresFactReader(dataSource) },
      ],
    };
  }
}
