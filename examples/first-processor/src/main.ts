// A first processor of one's own, on the windows that `npm start` makes: docs/guides/first-processor.md.
import { processor } from '@windlass/sdk';
import { heapGrowth } from './heap-growth.ts';

await processor({ name: 'first-processor', algorithms: [heapGrowth], from: import.meta.url }).start();
