using System.Text.Json;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;

namespace NearData.Isa.Tests.Objects;

/// <summary>The same objects, loaded by libbpf into the kernel and read by us.</summary>
public sealed class KernelAgreementTests
{
    /// <summary>Debian's libbpf knows no .bss but the plain one yet.</summary>
    private static readonly string Source = PacketSources.Everything.Replace(".bss.mine", ".data.later", StringComparison.Ordinal);

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14 | Needs.Clang16 | Needs.KernelThroughBpftool)]
    [InlineData("clang-14", "v2")]
    [InlineData("clang-16", "v3")]
    [InlineData("clang-19", "v1")]
    [InlineData("clang-19", "v3")]
    [InlineData("clang-19", "v4")]
    public void A_program_has_the_kernel_s_tag(string compiler, string cpu)
    {
        byte[] elf = Clang.Compile(Source, compiler, cpu);
        using var kernel = new KernelLoad(elf);

        BpfObject ours = BpfObject.Read(elf);

        Assert.Equal(3, ours.Programs.Length);
        Assert.All(ours.Programs, program => Assert.Equal(
            kernel.Program(program.Name).GetProperty("tag").GetString(),
            ProgramTag.Compute(program, KernelLoad.Tag)));
    }

    [FactNeeding(Needs.Clang19 | Needs.KernelThroughBpftool)]
    public void Maps_have_the_kernel_s_types_and_sizes()
    {
        byte[] elf = Clang.Compile(Source);
        using var kernel = new KernelLoad(elf);

        BpfObject ours = BpfObject.Read(elf);

        (string, int, int, int)[] theirs = [.. kernel.Maps().Select(map => (
            map.GetProperty("type").GetString()!,
            map.GetProperty("bytes_key").GetInt32(),
            map.GetProperty("bytes_value").GetInt32(),
            map.GetProperty("max_entries").GetInt32()))];
        Assert.NotEmpty(theirs);
        (string, int, int, int)[] found = [.. ours.Maps.Select(map => (KernelName(map.Type), map.KeySize, map.ValueSize, map.MaxEntries))];
        Assert.All(theirs, map => Assert.Contains(map, found));
    }

    private static string KernelName(MapType type) => type switch
    {
        MapType.Hash => "hash",
        MapType.Array => "array",
        MapType.ArrayOfMaps => "array_of_maps",
        MapType.ProgramArray => "prog_array",
        _ => type.ToString(),
    };
}
