using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;

namespace NearData.KernelCompare;

/// <summary>A program in C with what it is run over, the same in the kernel and here.</summary>
/// <param name="Name">Its file in <c>Programs</c>, without the extension.</param>
/// <param name="Memory">The bytes that it is called with.</param>
/// <param name="Entries">What its map holds; none for an array's zeros.</param>
internal sealed record KernelCase(string Name, byte[] Memory, (byte[] Key, byte[] Value)[] Entries)
{
    /// <summary>All cases.</summary>
    public static KernelCase[] All { get; } =
    [
        new("empty", new byte[8], []),
        new("parse", Packet(), []),
        new("hash", [.. Bytes(7), .. Bytes(700), .. Bytes(1000), .. Bytes(5000)], [.. Enumerable.Range(0, 1024).Select(key => (Bytes(key), Bytes(key * 3)))]),
        new("lpm", [10, 77, 3, 9], [.. Enumerable.Range(0, 256).Select(Route)]),
        new("checksum", [.. Enumerable.Range(0, 1024).Select(value => (byte)(value * 31))], []),
        new("loop", Bytes(88172645463325252), []),
    ];

    /// <summary>The object that clang makes of it.</summary>
    public byte[] CompileObject() => Clang.Compile(File.ReadAllText(Path.Combine(Ground.Repository, $"bench/NearData.KernelCompare/Programs/{Name}.c")));

    /// <summary>The program.</summary>
    public Program Compile() => BpfObject.Read(CompileObject()).Untyped.Single().AsMemory(Memory.Length);

    private static byte[] Bytes(long value) => BitConverter.GetBytes(value);

    /// <summary>Prefixes of 8, 16 and 24 bits under 10.0.0.0, as <c>struct bpf_lpm_trie_key</c>.</summary>
    private static (byte[] Key, byte[] Value) Route(int index)
    {
        int length = index == 0 ? 8 : index % 2 == 0 ? 16 : 24;
        return ([.. BitConverter.GetBytes(length), 10, (byte)index, (byte)(length == 24 ? 3 : 0), 0], BitConverter.GetBytes(index));
    }

    private static byte[] Packet()
    {
        byte[] packet = new byte[64];
        (packet[12], packet[13]) = (0x08, 0x00);
        (packet[14], packet[17], packet[22], packet[23]) = (0x45, 50, 64, 17);
        (packet[36], packet[37]) = (0x00, 0x35);
        return packet;
    }
}
