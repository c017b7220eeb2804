import { runService } from '@windlass/service';
import { router } from './service.ts';

await runService(router(process.env));
