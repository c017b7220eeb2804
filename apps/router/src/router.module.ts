import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@windlass/persistence';
import { RunCommands } from './commands/run-commands.ts';
import { RunExplainer } from './explain.ts';
import { ExplainController } from './http/explain.controller.ts';
import { HoldsController } from './http/holds.controller.ts';
import { QueuesController } from './http/queues.controller.ts';
import { RunsController } from './http/runs.controller.ts';
import { TasksController } from './http/tasks.controller.ts';
import { WindowsController } from './http/windows.controller.ts';
import { RouterStage, type RouterStageOptions } from './kafka/router.stage.ts';
import { RouterHolds } from './holds.ts';
import { PostgresDrainStore } from './postgres/postgres-drain-store.ts';
import { PostgresRunCommandStore } from './postgres/postgres-run-command-store.ts';
import { PostgresWindowStore } from './postgres/postgres-window-store.ts';
import { StoredSchemas } from './postgres/stored-schemas.ts';
import { WindowCodec } from './postgres/window-codec.ts';

/** The composition root: which adapter fills which port. */
@Module({})
export class RouterModule {
  static async on({
    database,
    ...options
  }: Omit<RouterStageOptions, 'store' | 'signals' | 'drains' | 'commands'> & {
    readonly database: Database;
  }): Promise<DynamicModule> {
    const schemas = await StoredSchemas.open(database.dataSource);
    const codec = new WindowCodec(schemas);
    const store = new PostgresWindowStore(database.dataSource, codec);
    const drains = new PostgresDrainStore(database.dataSource);
    const commands = new PostgresRunCommandStore(database.dataSource);
    const stage = new RouterStage({ store, drains, commands, signals: codec, ...options });
    const holds = new RouterHolds({ stage, drains, ...options });
    const prompt = () => void stage.lookForCommands().catch(() => undefined);
    const runs = new RunCommands({ commands, finder: store, dag: options.dag, prompt });
    const explainer = new RunExplainer({ finder: store, dag: options.dag, nowUs: () => Date.now() * 1000 });
    return {
      module: RouterModule,
      controllers: [
        QueuesController,
        HoldsController,
        TasksController,
        WindowsController,
        RunsController,
        ExplainController,
      ],
      providers: [
        { provide: RouterStage, useValue: stage },
        { provide: PostgresWindowStore, useValue: store },
        { provide: RouterHolds, useValue: holds },
        { provide: RunExplainer, useValue: explainer },
        { provide: RunCommands, useValue: runs },
        { provide: PostgresRunCommandStore, useValue: commands },
      ],
    };
  }
}
