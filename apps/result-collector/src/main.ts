import { runService } from '@windlass/service';
import { resultCollector } from './service.ts';

await runService(resultCollector(process.env));
