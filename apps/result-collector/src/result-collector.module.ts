import { Module, type DynamicModule } from '@nestjs/common';
import { topicNames } from '@windlass/contracts';
import type { Database } from '@windlass/persistence';
import type { ServiceContext } from '@windlass/service';
import type { ResultCollectorSettings } from './config.ts';
import type { Teams } from './cost.ts';
import { ANNOTATION_STORE, AnnotationsController } from './http/annotations.controller.ts';
import { COST_READER, CostController, TEAMS } from './http/cost.controller.ts';
import { DEAD_LETTERS, DeadLettersController, RECORD_DECODER, REJECTED_STORE } from './http/dead-letters.controller.ts';
import { ExportController } from './http/export.controller.ts';
import { LateElementsController } from './http/late-elements.controller.ts';
import { LINEAGE_SOURCE, LineageController } from './http/lineage.controller.ts';
import { REBUILD, RebuildController, type Rebuild } from './http/rebuild.controller.ts';
import { FACT_READER, ResultsController } from './http/results.controller.ts';
import { ARRIVALS, StreamController } from './http/stream.controller.ts';
import { ValuesController } from './http/values.controller.ts';
import { WorkController } from './http/work.controller.ts';
import { KnownStage } from './kafka/known-stage.ts';
import type { RecordDecoder } from './kafka/record-decoder.ts';
import { RejectedStage } from './kafka/rejected-stage.ts';
import type { Measures } from './measures.ts';
import { oldestKeptUs } from './postgres/partitions/partition-tender.ts';
import { Partitions } from './postgres/partitions/partitions.ts';
import { PostgresAnnotationStore } from './postgres/postgres-annotation-store.ts';
import { PostgresArrivals } from './postgres/postgres-arrivals.ts';
import { PostgresCostReader } from './postgres/postgres-cost-reader.ts';
import { PostgresFactReader } from './postgres/postgres-fact-reader.ts';
import { PostgresLineageSource } from './postgres/postgres-lineage-source.ts';
import { PostgresFactStore } from './postgres/postgres-fact-store.ts';
import type { DeadLetters } from './rejected/dead-letters.ts';
import type { RejectedStore } from './rejected/ports.ts';

export interface ResultCollectorParts {
  readonly context: ServiceContext<ResultCollectorSettings>;
  readonly database: Database;
  readonly measures: Measures;
  readonly rebuild: Rebuild;
  readonly teams: Teams;
  readonly rejected: {
    readonly store: RejectedStore;
    readonly decoder: RecordDecoder;
    readonly deadLetters: DeadLetters;
  };
}

/** The composition root: which adapter fills which port. */
@Module({})
export class ResultCollectorModule {
  static on({
    context: { config },
    database: { dataSource },
    measures,
    rebuild,
    teams,
    rejected,
  }: ResultCollectorParts): DynamicModule {
    const stage = () =>
      new KnownStage({
        store: new PostgresFactStore(new Partitions(config.partitionWidth)),
        oldestKeptUs: (nowUs) => oldestKeptUs(nowUs, config.retentionDays),
        onExpired: (records) => measures.onExpired(records),
        replayTopic: topicNames(config.prefix).replayPanes,
      });
    return {
      module: ResultCollectorModule,
      controllers: [
        CostController,
        RebuildController,
        ExportController,
        StreamController,
        ResultsController,
        ValuesController,
        WorkController,
        LineageController,
        AnnotationsController,
        DeadLettersController,
        LateElementsController,
      ],
      providers: [
        { provide: KnownStage, useFactory: stage },
        { provide: RejectedStage, useFactory: () => new RejectedStage(rejected.store) },
        { provide: REJECTED_STORE, useValue: rejected.store },
        { provide: RECORD_DECODER, useValue: rejected.decoder },
        { provide: DEAD_LETTERS, useValue: rejected.deadLetters },
        { provide: FACT_READER, useFactory: () => new PostgresFactReader(dataSource) },
        { provide: COST_READER, useFactory: () => new PostgresCostReader(dataSource) },
        { provide: TEAMS, useValue: teams },
        { provide: REBUILD, useValue: rebuild },
        { provide: ARRIVALS, useFactory: () => new PostgresArrivals(dataSource) },
        { provide: ANNOTATION_STORE, useFactory: () => new PostgresAnnotationStore(dataSource) },
        { provide: LINEAGE_SOURCE, useFactory: () => new PostgresLineageSource(dataSource) },
      ],
    };
  }
}
