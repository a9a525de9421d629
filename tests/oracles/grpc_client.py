"""python3-grpcio (the C core) behind a pipe: a foreign client without generated code.

    python3 grpc_client.py 127.0.0.1:7400

One JSON request per input line: {"path": "/neardata.v1.NearData/Execute", "stream": true, "request": "<base64>"}, optionally
"timeout" (seconds) and "gzip". One JSON answer per line: {"messages": ["<base64>"...], "status": 0, "details": "...",
"errorCode": "..." or null}.
"""
import base64
import json
import sys

import grpc

channel = grpc.insecure_channel(sys.argv[1])


def call(asked):
    compression = grpc.Compression.Gzip if asked.get("gzip") else None
    make = channel.unary_stream if asked.get("stream") else channel.unary_unary
    method = make(asked["path"])
    messages, options = [], {"timeout": asked.get("timeout"), "compression": compression}
    try:
        if asked.get("stream"):
            for message in method(base64.b64decode(asked["request"]), **options):
                messages.append(message)
        else:
            messages.append(method(base64.b64decode(asked["request"]), **options))
    except grpc.RpcError as error:
        code = dict(error.trailing_metadata() or ()).get("neardata-error-code")
        return messages, error.code().value[0], error.details(), code
    return messages, 0, "", None


for line in sys.stdin:
    received, status, details, error_code = call(json.loads(line))
    print(json.dumps({
        "messages": [base64.b64encode(message).decode() for message in received],
        "status": status, "details": details, "errorCode": error_code,
    }), flush=True)
