using System.Reflection;
using System.Runtime.CompilerServices;
using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Server.Grpc;
using NearData.TestSupport;

namespace NearData.Server.Tests;

/// <summary>What of failures crosses the wire: codes, and words that tell clients nothing of where the node keeps its files.</summary>
public sealed class FailuresTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private const string Secret = "/srv/secret/a.parquet";

    /// <summary>Exceptions that only the runtime makes: their words are not ours to choose, and name whole paths.</summary>
    public static TheoryData<Type> ExceptionsOfTheRuntime =>
    [
        .. new[] { typeof(object).Assembly, typeof(System.Net.Sockets.Socket).Assembly, typeof(InvalidDataException).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.IsSubclassOf(typeof(Exception)) && !type.IsAbstract && type.GetConstructor([typeof(string)]) is not null)
            .Distinct(),
    ];

    [Theory]
    [MemberData(nameof(ExceptionsOfTheRuntime))]
    public void Words_of_the_runtime_stay_at_the_node(Type type)
    {
        Exception failure = (Exception)Activator.CreateInstance(type, Secret)!;

        Assert.DoesNotContain(Secret, Failures.Describe(failure)?.Message ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, Failures.Describe(new IOException("wrapped", failure))?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Each_mapped_exception_is_of_a_part_or_of_the_runtimes_input_and_output()
    {
        // Of those that the node loads: uninitialized, as only their types are looked at.
        string[] foreign =
        [
            .. AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic)
                .SelectMany(TypesOf)
                .Where(type => type.IsSubclassOf(typeof(Exception)) && !type.IsAbstract && !type.ContainsGenericParameters && !IsOurs(type))
                .Where(type => Failures.Describe((Exception)RuntimeHelpers.GetUninitializedObject(type)) is not null)
                .Where(type => !type.IsAssignableTo(typeof(IOException)) && !type.IsAssignableTo(typeof(UnauthorizedAccessException)))
                .Select(type => type.FullName!),
        ];

        Assert.Empty(foreign);
    }

    [Fact]
    public async Task Data_that_can_not_be_read_is_named_below_the_root()
    {
        node.Folder.Write("gone/a.parquet", 1, ("x", [1]));
        node.Folder.Write("mixed/a.parquet", 1, ("x", [1]));
        node.Folder.Write("mixed/b.parquet", 1, ("y", [1]));
        node.Folder.Write("twice.parquet", 1, ("x", [1]));
        node.Folder.Write("odd/key=1/other/a.parquet", 1, ("x", [1]));
        await File.WriteAllTextAsync(At("bytes.parquet"), "these are no columns");
        await File.WriteAllTextAsync(At("void.parquet"), "");
        await File.WriteAllTextAsync(At("twice.csv"), "x\n1\n");
        await File.WriteAllTextAsync(At("text.csv"), "x,y\n1\n");
        await File.WriteAllTextAsync(At("text.schema.json"), "{");
        await File.WriteAllTextAsync(At("raw.ndraw"), "1234");
        await File.WriteAllTextAsync(At("lines.ndjson"), "no JSON\n");
        await File.WriteAllBytesAsync(At("packed.csv.gz"), [1, 2, 3]);
        File.CreateSymbolicLink(At("out.parquet"), "/proc/self/status");
        File.CreateSymbolicLink(At("round.parquet"), "round.parquet");
        string[] broken = ["bytes", "lines", "mixed", "odd", "out", "packed", "text", "twice", "void"];

        Dictionary<string, DatasetSummary> listed = (await node.Client.ListDatasetsAsync()).ToDictionary(dataset => dataset.Name, StringComparer.Ordinal);
        foreach (string name in broken)
        {
            NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync(name));

            Assert.NotEqual(ErrorCode.Internal.Name, error.ErrorCode);
            Assert.DoesNotContain(node.Folder.Path, error.Message, StringComparison.Ordinal);
            Assert.Equal($"{error.ErrorCode}: {error.Detail}", listed[name].Problem);
        }

        Assert.All(listed.Values, dataset => Assert.DoesNotContain(node.Folder.Path, dataset.Problem, StringComparison.Ordinal));
    }

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith("NearData.", StringComparison.Ordinal);

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException some)
        {
            return some.Types.OfType<Type>();
        }
    }

    private string At(string file) => Path.Combine(node.Folder.Path, file);
}
