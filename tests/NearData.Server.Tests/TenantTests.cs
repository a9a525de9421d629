using System.Net;
using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Engine.Reactors;
using NearData.Server.Grpc;
using NearData.TestSupport;
using NearData.Vm;

namespace NearData.Server.Tests;

/// <summary>Whose share a call's work counts against.</summary>
public sealed class TenantTests
{
    private static readonly Dictionary<string, double> Weights = new(StringComparer.Ordinal) { ["reports"] = 2, ["nightly"] = 0.5 };

    [Fact]
    public void A_call_counts_against_the_tenant_that_it_names_or_the_host_that_it_comes_from()
    {
        TenantList tenants = new(Options("/", Weights));
        Assert.Equal((2, 0.5), (tenants.Of(From("10.0.0.1:5", "reports")).Weight, tenants.Of(From("10.0.0.1:6", "nightly")).Weight));
        Assert.Equal(tenants.Of(From("10.0.0.1:5", "reports")), tenants.Of(From("10.0.0.2:5", "reports")));
        Tenant host = tenants.Of(From("10.0.0.1:5", null));
        Assert.Equal(1, host.Weight);
        Assert.Equal(host, tenants.Of(From("10.0.0.1:77", null)));
        Assert.NotEqual(host, tenants.Of(From("10.0.0.2:5", null)));
    }

    [Fact]
    public void A_name_earns_no_trust_that_its_host_does_not_have()
    {
        TenantList tenants = new(Options("/", Weights) with { UntrustedTenants = ["10.0.0.1", "nightly"] });
        Assert.Equal(CodeTrust.Guards, tenants.Of(From("10.0.0.1:5", null)).Trust);
        Assert.Equal(CodeTrust.Guards, tenants.Of(From("10.0.0.1:5", "reports")).Trust);
        Assert.Equal(CodeTrust.Guards, tenants.Of(From("10.0.0.2:5", "nightly")).Trust);
        Assert.Equal(CodeTrust.Proof, tenants.Of(From("10.0.0.2:5", "reports")).Trust);
        Assert.Equal(CodeTrust.Proof, tenants.Of(From("10.0.0.2:5", null)).Trust);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_no_number_above_zero_is_named(double weight) =>
        Assert.Contains("'x'", Assert.Throws<ArgumentOutOfRangeException>(() => new TenantList(Options("/", new Dictionary<string, double> { ["x"] = weight }))).Message, StringComparison.Ordinal);

    [FactNeeding(Needs.Clang19)]
    public async Task A_tenant_that_the_node_does_not_know_is_refused_with_those_that_it_knows()
    {
        using ServedFolder folder = new();
        folder.Write("numbers/a.parquet", 1, ("x", [1, 2, 3]), ("y", [10, 20, 30]));
        await using NodeHost node = await NodeHost.StartAsync(Options(folder.Path, Weights));
        byte[] elf = Clang.Compile(NodeFixture.SumSource);
        await using NearDataClient known = NearDataClient.Connect(node.Address, new NearDataClientOptions { Tenant = "reports" });
        ExecutionAnswer answer = await (await known.LoadAsync(elf)).ExecuteAsync("numbers", new Dictionary<string, Int128> { ["least"] = 2 });
        Assert.Equal(50, answer["total"]);

        await using NearDataClient unknown = NearDataClient.Connect(node.Address, new NearDataClientOptions { Tenant = "nobody" });
        NearData.Client.LoadedProgram program = await unknown.LoadAsync(elf);
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(
            () => program.ExecuteAsync("numbers", new Dictionary<string, Int128> { ["least"] = 2 }));
        Assert.Equal(ErrorCode.InvalidArgument.Name, error.ErrorCode);
        Assert.Contains("neardata-tenant 'nobody' is no tenant of this node: nightly, reports", error.Message, StringComparison.Ordinal);
    }

    private static NodeOptions Options(string root, Dictionary<string, double> weights) =>
        new() { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Tenants = weights };

    private static GrpcCallContext From(string peer, string? tenant) => new("/neardata.v1.NearData/Execute", peer, tenant, CancellationToken.None);
}
