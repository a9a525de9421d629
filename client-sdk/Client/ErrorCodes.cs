using NearData.Client.Grpc;
using NearData.Contracts;

namespace NearData.Client;

/// <summary>Tells failures apart by their stable code.</summary>
public static class ErrorCodes
{
    /// <summary>Whether the call failed for this reason.</summary>
    public static bool Is(this NearDataRpcException failure, ErrorCode code) =>
        string.Equals(failure.ErrorCode, code.Name, StringComparison.Ordinal);
}
