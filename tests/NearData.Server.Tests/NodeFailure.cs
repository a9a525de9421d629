using NearData.Client.Grpc;
using NearData.Contracts;

namespace NearData.Server.Tests;

/// <summary>What clients see of a call that failed.</summary>
internal static class NodeFailure
{
    /// <summary>Asserts that an error has a code, and its message each of some parts.</summary>
    public static void Expect(NearDataRpcException error, ErrorCode code, params string[] parts)
    {
        Assert.Equal(code.Name, error.ErrorCode);
        Assert.Equal(code.Status, error.Status);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
