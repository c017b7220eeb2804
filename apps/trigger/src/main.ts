import { runService } from '@windlass/service';
import { trigger } from './service.ts';

await runService(trigger(process.env));
