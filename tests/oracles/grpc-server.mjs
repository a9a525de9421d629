// A foreign gRPC server with the contract's methods, on grpc-js. Prints its port, serves until its input ends.
// The dataset that a call names chooses what happens: see each method.
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const protos = fileURLToPath(new URL('../../client-sdk/Contracts/Protos', import.meta.url));
const definition = loadSync('neardata/v1/neardata.proto', { includeDirs: [protos], keepCase: true, longs: String });
const { NearData } = grpc.loadPackageDefinition(definition).neardata.v1;

function failure(code, details, errorCode) {
  const metadata = new grpc.Metadata();
  metadata.set('neardata-error-code', errorCode);
  return Object.assign(new Error(details), { code, details, metadata });
}

const server = new grpc.Server();
server.addService(NearData.service, {
  DescribeDataset({ request }, callback) {
    if (request.dataset === 'missing') {
      callback(failure(grpc.status.NOT_FOUND, 'No dataset ‘missing’.', 'dataset-not-found'));
    } else if (request.dataset !== 'slow') {
      callback(null, { summary: { name: request.dataset }, version: '1' });
    }
  },
  LoadProgram({ request }, callback) {
    callback(null, { program_id: String(request.object.length) });
  },
  Execute(call) {
    for (let rows = 0; rows < 100; rows++) call.write({ progress: { rows_scanned: rows } });
    if (call.request.dataset === 'missing') {
      call.emit('error', failure(grpc.status.NOT_FOUND, 'gone', 'dataset-not-found'));
    } else {
      call.end();
    }
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(port + '\n');
});
createInterface({ input: process.stdin }).on('close', () => server.forceShutdown());
process.stdin.resume();
