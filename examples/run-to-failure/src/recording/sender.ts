// Carries the rows of one unit to the collector over TCP. While it is cut off it holds its rows. When it is connected again it sends new rows at
// once and what it held beside them, a little at a time: so the held rows arrive late and behind newer ones, as from a gateway that lost its link.
import { connect } from 'node:net';
import type { Socket } from 'node:net';

const UPLOAD_EVERY_MS = 200;
const UPLOAD_ROWS = 25;

export class Sender {
  private readonly collectorPort: number;
  private socket: Socket;
  private cutOff = false;
  private readonly held: string[] = [];
  private readonly upload: NodeJS.Timeout;

  constructor(collectorPort: number) {
    this.collectorPort = collectorPort;
    this.socket = this.open();
    this.upload = setInterval(() => this.uploadHeld(), UPLOAD_EVERY_MS);
  }

  send(row: string): void {
    if (this.cutOff) this.held.push(row);
    else this.socket.write(`${row}\n`);
  }

  cut(): void {
    this.cutOff = true;
    this.socket.end();
  }

  restore(): void {
    if (!this.cutOff) return;
    this.socket = this.open();
    this.cutOff = false;
  }

  /** Resolves when all rows are uploaded and the connection is closed. */
  async close(): Promise<void> {
    this.restore();
    while (this.held.length > 0) await new Promise((resolve) => setTimeout(resolve, UPLOAD_EVERY_MS));
    clearInterval(this.upload);
    await new Promise<void>((resolve) => this.socket.once('close', () => resolve()).end());
  }

  private uploadHeld(): void {
    if (this.cutOff) return;
    for (const row of this.held.splice(0, UPLOAD_ROWS)) this.socket.write(`${row}\n`);
  }

  private open(): Socket {
    return connect(this.collectorPort, '127.0.0.1').resume();
  }
}
