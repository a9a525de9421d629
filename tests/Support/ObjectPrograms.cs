using System.Collections.Immutable;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.TestSupport;

/// <summary>
/// Packet programs in C as others write them for the kernel (<c>tests/programs</c>), compiled as they compile them: what the machine and
/// the verifier are held against the kernel with.
/// </summary>
public static class ObjectPrograms
{
    /// <summary>Compilers and instruction sets: the oldest and the newest that are supported.</summary>
    public static ImmutableArray<(string Compiler, string Cpu)> Compilers { get; } = [("clang-14", "v3"), ("clang-19", "v4")];

    /// <summary>Names of all sources, ascending.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. Directory.GetFiles(Folder, "*.c").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Ground.Repository, "tests/programs");

    /// <summary>The object that a compiler makes of a source.</summary>
    public static byte[] Compile(string name, string compiler = "clang-19", string cpu = "v4") =>
        Clang.Compile(File.ReadAllText(Path.Combine(Folder, $"{name}.c")), compiler, cpu, "-I", Folder);

    /// <summary>The programs of a source, all over the same maps.</summary>
    public static ImmutableArray<Program> Read(string name, string compiler = "clang-19", string cpu = "v4") =>
        BpfObject.Read(Compile(name, compiler, cpu)).Programs;
}
