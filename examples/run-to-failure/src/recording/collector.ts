// Receives rows over TCP, as `node collector.ts <file>`, and appends each to the file behind the time of its arrival. It knows nothing of units or
// outages: `arrivedAtUs` is when a row came, and the order of the file is the order of arrival.
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

const file = createWriteStream(process.argv[2]!);
const server = createServer((socket) => {
  createInterface({ input: socket }).on('line', (row) => file.write(`${Date.now() * 1_000},${row}\n`));
  socket.on('end', () => socket.end());
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => server.close(() => file.end()));
