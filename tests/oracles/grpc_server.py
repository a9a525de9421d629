"""A foreign gRPC server on python3-grpcio (the C core) that packs every response with gzip.

Prints its port and serves until its input ends. Each method answers with the bytes of its request; ReadRange five times.
"""
import sys
from concurrent import futures

import grpc


def echo_five_times(request, context):
    for _ in range(5):
        yield request


handlers = grpc.method_handlers_generic_handler("neardata.v1.NearData", {
    "LoadProgram": grpc.unary_unary_rpc_method_handler(lambda request, context: request),
    "ReadRange": grpc.unary_stream_rpc_method_handler(echo_five_times),
})
server = grpc.server(futures.ThreadPoolExecutor(2), compression=grpc.Compression.Gzip)
server.add_generic_rpc_handlers((handlers,))
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
sys.stdin.read()
server.stop(0).wait()
