// The language server as a program: what VS Code starts, and other editors with `--stdio`.
import { startServer } from './startServer.ts';

startServer();
