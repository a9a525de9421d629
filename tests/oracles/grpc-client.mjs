// grpc-js behind a pipe: a foreign client of a NearData node.
//   node grpc-client.mjs http://127.0.0.1:7400     (or https://..., with a PEM root as the second argument)
// One JSON request per input line: {"method": "Execute", "request": {...}}, optionally "timeoutMs", "gzip": true (packs the
// request), "cancelAfter": n (cancels after n messages). Bytes are base64, 64-bit integers are strings, in both directions;
// {"file": "path"} stands for the bytes of a file. One JSON answer per line:
// {"messages": [...], "status": 0, "details": "...", "errorCode": "..." or null}.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const protos = fileURLToPath(new URL('../../client-sdk/Contracts/Protos', import.meta.url));
const definition = loadSync('neardata/v1/neardata.proto', {
  includeDirs: [protos], keepCase: true, longs: String, enums: String, bytes: String, defaults: true, oneofs: true,
});
const { NearData } = grpc.loadPackageDefinition(definition).neardata.v1;

const [address, root] = process.argv.slice(2);
const url = new URL(address);
const credentials = url.protocol === 'https:'
  ? grpc.credentials.createSsl(root ? readFileSync(root) : null)
  : grpc.credentials.createInsecure();
const Gzip = grpc.compressionAlgorithms.gzip;
const plain = new NearData(url.host, credentials);
const packing = new NearData(url.host, credentials, { 'grpc.default_compression_algorithm': Gzip });

function withBytes(value) {
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.file === 'string' && Object.keys(value).length === 1) return readFileSync(value.file);
  if (Array.isArray(value)) return value.map(withBytes);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withBytes(field)]));
}

function answer(messages, error) {
  const status = error?.code ?? grpc.status.OK;
  const errorCode = error?.metadata?.get('neardata-error-code')[0] ?? null;
  return { messages, status, details: error?.details ?? '', errorCode };
}

function call({ method, request = {}, timeoutMs, gzip, cancelAfter }) {
  const client = gzip ? packing : plain;
  const options = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
  return new Promise(resolve => {
    if (!NearData.service[method].responseStream) {
      client[method](withBytes(request), options, (error, response) => resolve(answer(error ? [] : [response], error)));
      return;
    }
    const messages = [];
    const stream = client[method](withBytes(request), options);
    stream.on('data', message => {
      messages.push(message);
      if (messages.length === cancelAfter) stream.cancel();
    });
    stream.on('error', error => resolve(answer(messages, error)));
    stream.on('end', () => resolve(answer(messages, null)));
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await call(JSON.parse(line))) + '\n');
}
plain.close();
packing.close();
