using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using NearData.Engine.Reactors;
using NearData.Storage;
using NearData.Vm;

namespace NearData.Server;

/// <summary>How a node is set up. Every option, with its reason, is in docs/operations.md too.</summary>
public sealed record NodeOptions
{
    /// <summary>The folder whose datasets are served.</summary>
    public required string Root { get; init; }

    /// <summary>Where to listen; port 0 takes any free one. Default: loopback, since a node without TLS must not be reachable from outside by accident.</summary>
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.Loopback, 7420);

    /// <summary>The server's certificate with its key; null: HTTP/2 without TLS (h2c).</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>
    /// Reactors: threads that read and run programs, for all executions. Default: one per core, since a reactor waits for nothing but
    /// devices and work.
    /// </summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Where reactors' threads run. Default: wherever the system likes, which is right on machines that do other work too.</summary>
    public ReactorPlacement Placement { get; init; } = ReactorPlacement.Anywhere;

    /// <summary>
    /// Bytes of column chunks in memory at one time, over all executions, the cache included. Default 1 GiB: eight reactors with the
    /// 128 MiB row groups that common writers make.
    /// </summary>
    public long BufferBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Of these, bytes of column chunks that are kept for later executions; 0 keeps none. Default: three quarters, so that a scan of what
    /// isn't kept has room without displacing what is.
    /// </summary>
    public long? CacheBytes { get; init; }

    /// <summary>
    /// Bytes of maps and groups at one time: of those that executions make, and of those that clients fill, with what executions still see
    /// of changed ones. Default 1 GiB: as much as column chunks get, and ten million groups of one sum on each of two cores.
    /// </summary>
    public long MapBytes { get; init; } = 1L << 30;

    /// <summary>Whether runs of programs are counted and timed from the start. Default off, as the kernel's <c>bpf_stats_enabled</c>.</summary>
    public bool CountsRuns { get; init; }

    /// <summary>
    /// How files are read. Default: through the page cache, which is what keeps a file that is asked for again from being read again.
    /// </summary>
    public FileReading Reading { get; init; } = FileReading.PageCache;

    /// <summary>
    /// Tenants that calls may name in the header <c>neardata-tenant</c>, with their weights, above 0: 2 gets twice as much as 1 of processors and
    /// devices while both want more than there is. Calls that name none count as their client's host, with a weight of 1. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, double> Tenants { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Loaded programs that are kept; the least recently used goes first. Default 1024: a compiled query takes some tens of KiB.</summary>
    public int MaxPrograms { get; init; } = 1024;

    /// <summary>Executions that run side by side. Default: twice the cores, so that one can decode while another's reads are under way.</summary>
    public int MaxExecutions { get; init; } = 2 * Environment.ProcessorCount;

    /// <summary>
    /// Executions, and likewise loads, that wait for a place; one more is refused at once. Default 256: at 100 ms each the last of
    /// them still starts within seconds.
    /// </summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>
    /// Tenants whose programs run with guards beside the verifier's proof (<see cref="CodeTrust.Guards"/>); <see cref="EveryTenant"/> for all.
    /// Default: none, since the proof is what the node relies on.
    /// </summary>
    public ImmutableArray<string> UntrustedTenants { get; init; } = [];

    /// <summary>Stands for all tenants.</summary>
    public const string EveryTenant = "*";

    /// <summary>What the code of a tenant's programs relies on.</summary>
    public CodeTrust TrustIn(string tenant) =>
        UntrustedTenants.Contains(tenant, StringComparer.Ordinal) || UntrustedTenants.Contains(EveryTenant, StringComparer.Ordinal) ? CodeTrust.Guards : CodeTrust.Proof;

    /// <summary>Time between two progress events. Default 100 ms: smooth for an eye, and nothing for a network.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);
}
