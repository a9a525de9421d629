using System.Runtime.InteropServices;
using NearData.Client;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.TestSupport;

namespace NearData.Server.Tests;

/// <summary>Programs over raw buffers, loaded and run over the wire.</summary>
public sealed class BufferTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [FactNeeding(Needs.Clang19)]
    public async Task A_program_over_raw_buffers_runs_over_a_file_that_nothing_describes()
    {
        long[] numbers = [.. Enumerable.Range(-500, 5000)];
        await File.WriteAllBytesAsync(Path.Combine(node.Folder.Path, "raw.bin"), MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());
        byte[] program = Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/programs/numbers.c")));

        LoadedProgram loaded = await node.Client.LoadAsync(program, "raw", CancellationToken.None);
        ExecutionAnswer answer = await loaded.ExecuteAsync("raw", new Dictionary<string, ParameterValue> { ["wanted"] = 7 });

        Assert.Equal(numbers.Sum(), (long)answer["total"]);
        Assert.Equal((5000, -500, 4499, 1, 1), ((int)answer["count"], (int)answer["least"], (int)answer["greatest"], (int)answer["exists"], (int)answer["equal"]));
        DescribeDatasetResponse description = await node.Client.DescribeDatasetAsync("raw");
        Assert.Empty(description.Columns);
        Assert.Equal(40_000u, description.Summary.Bytes);
    }
}
