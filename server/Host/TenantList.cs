using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Engine.Reactors;
using NearData.Server.Grpc;
using NearData.Vm;

namespace NearData.Server;

/// <summary>
/// Whose work a call is: the tenant's that it names, or the host's that it comes from. Only names that the node was set up with are taken: a client
/// that makes names up would get a share for each. A name earns no trust that the host doesn't have. Thread-safe.
/// </summary>
internal sealed class TenantList
{
    private readonly NodeOptions _options;

    /// <exception cref="ArgumentOutOfRangeException">A tenant's weight isn't above 0.</exception>
    public TenantList(NodeOptions options)
    {
        foreach ((string name, double weight) in options.Tenants)
        {
            if (!double.IsFinite(weight) || weight <= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(options), weight, $"The weight of tenant '{name}' isn't a number above 0.");
            }
        }

        _options = options;
    }

    /// <exception cref="RpcException">It names a tenant that the node doesn't know.</exception>
    public Tenant Of(GrpcCallContext call)
    {
        string host = call.Peer[..Math.Max(call.Peer.LastIndexOf(':'), 0)];
        CodeTrust trust = _options.TrustIn(host);
        if (call.Tenant is not { } name)
        {
            return new Tenant(host) { Trust = trust };
        }

        return _options.Tenants.TryGetValue(name, out double weight)
            ? new Tenant(name, weight) { Trust = trust == CodeTrust.Proof ? _options.TrustIn(name) : trust }
            : throw new RpcException(ErrorCode.InvalidArgument, $"{GrpcHeader.Tenant} '{name}' is no tenant of this node: {Known()}.");
    }

    private string Known() => _options.Tenants.Count == 0 ? "it has none" : string.Join(", ", _options.Tenants.Keys.Order(StringComparer.Ordinal));
}
