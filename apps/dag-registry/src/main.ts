import { runService } from '@windlass/service';
import { dagRegistryService } from './service.ts';

await runService(dagRegistryService);
