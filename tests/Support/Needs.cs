using System.Runtime.Intrinsics.X86;
using NearData.TestSupport.Kernel;

namespace NearData.TestSupport;

/// <summary>What a test needs of the machine beyond the .NET SDK.</summary>
[Flags]
public enum Needs
{
    None = 0,

    /// <summary>The folder of shared test data.</summary>
    SharedData = 1,

    /// <summary>clang-19 with the eBPF target, and llvm-objdump-19.</summary>
    Clang19 = 2,

    /// <summary>clang-14, the oldest compiler whose objects are promised to load.</summary>
    Clang14 = 4,

    /// <summary>clang-16, a compiler between the oldest and the newest.</summary>
    Clang16 = 64,

    /// <summary>bpftool, and the right to load programs into this machine's kernel with it.</summary>
    KernelThroughBpftool = 128,

    /// <summary>Node.js with the packages of tests/oracles installed (DuckDB, grpc-js).</summary>
    Node = 8,

    /// <summary>python3 of Debian with python3-grpcio.</summary>
    PythonGrpc = 16,

    /// <summary>A kernel that lets this process load and run eBPF programs.</summary>
    KernelBpf = 32,

    /// <summary>A processor with AVX2.</summary>
    Avx2 = 256,

    /// <summary>A processor with AVX-512 that permutes bytes.</summary>
    Avx512Vbmi = 512,
}

/// <summary>A fact that counts as skipped, with the reason, where the machine lacks what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactNeedingAttribute : FactAttribute
{
    public FactNeedingAttribute(Needs needs) => Skip = Missing.Of(needs);
}

/// <summary>A theory that counts as skipped, with the reason, where the machine lacks what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryNeedingAttribute : TheoryAttribute
{
    public TheoryNeedingAttribute(Needs needs) => Skip = Missing.Of(needs);
}

internal static class Missing
{
    private static readonly (Needs Need, Func<bool> Present, string Reason)[] Table =
    [
        (Needs.SharedData, () => Directory.Exists(Ground.Shared), $"no shared test data at {Ground.Shared} (NEARDATA_SHARED)"),
        (Needs.Clang19, () => Has("clang-19") && Has("llvm-objdump-19"), "clang-19 or llvm-objdump-19 is not installed"),
        (Needs.Clang14, () => Has("clang-14"), "clang-14 is not installed"),
        (Needs.Clang16, () => Has("clang-16"), "clang-16 is not installed"),
        (Needs.KernelThroughBpftool, () => Has("bpftool") && Environment.IsPrivilegedProcess && Directory.Exists("/sys/fs/bpf"), "bpftool, root or /sys/fs/bpf is missing"),
        (Needs.Node, () => Has("node") && Directory.Exists(Path.Combine(Ground.Repository, "tests/oracles/node_modules")),
            "node or tests/oracles/node_modules is missing (./test installs them)"),
        (Needs.PythonGrpc, () => Directory.Exists("/usr/lib/python3/dist-packages/grpc"), "python3-grpcio is not installed"),
        (Needs.KernelBpf, () => KernelProbe.Missing is null, KernelProbe.Missing ?? ""),
        (Needs.Avx2, () => Avx2.IsSupported, "the processor has no AVX2"),
        (Needs.Avx512Vbmi, () => Avx512Vbmi.IsSupported, "the processor has no AVX-512 VBMI"),
    ];

    /// <summary>The first reason why a test can't run here, or null.</summary>
    public static string? Of(Needs needs) =>
        Table.Where(row => needs.HasFlag(row.Need) && !row.Present()).Select(row => row.Reason).FirstOrDefault();

    private static bool Has(string command) => Ground.Command(command) is not null;
}
