import { listenOnNode } from './node-server.ts';
import { runApi } from './run-api.ts';

runApi(listenOnNode);
