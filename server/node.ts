// The language server as a program: what VS Code starts. Other editors start `softstop lsp`.
import { startServer } from './startServer.ts';

void startServer({ kind: 'stdio' });
