using System.Buffers.Binary;

namespace NearData.Isa.Objects.Btf;

/// <summary>Little-endian 32-bit words in a row: all that BTF is made of.</summary>
internal sealed class BtfOutput
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public void Add(uint word)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        _bytes.AddRange(bytes);
    }

    public void Add(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    public byte[] ToArray() => [.. _bytes];
}
