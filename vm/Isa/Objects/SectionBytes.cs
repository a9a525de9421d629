using System.Buffers.Binary;

namespace NearData.Isa.Objects;

/// <summary>A part of an object, read with every offset checked: outside its bounds is an error that names the part and the place.</summary>
internal readonly record struct SectionBytes(string Section, ReadOnlyMemory<byte> Memory)
{
    public int Length => Memory.Length;

    public ushort UInt16(long offset, string what) => BinaryPrimitives.ReadUInt16LittleEndian(Span(offset, sizeof(ushort), what));

    public uint UInt32(long offset, string what) => BinaryPrimitives.ReadUInt32LittleEndian(Span(offset, sizeof(uint), what));

    public int Int32(long offset, string what) => BinaryPrimitives.ReadInt32LittleEndian(Span(offset, sizeof(int), what));

    public long Int64(long offset, string what) => BinaryPrimitives.ReadInt64LittleEndian(Span(offset, sizeof(long), what));

    public ReadOnlySpan<byte> Span(long offset, long length, string what)
    {
        Check(offset, length, what);
        return Memory.Span.Slice((int)offset, (int)length);
    }

    /// <summary>A part of this part, under a name of its own.</summary>
    public SectionBytes Slice(long offset, long length, string what, string? section = null)
    {
        Check(offset, length, what);
        return new(section ?? Section, Memory.Slice((int)offset, (int)length));
    }

    private void Check(long offset, long length, string what)
    {
        if (offset < 0 || length < 0 || offset > Length || length > Length - offset)
        {
            throw new ObjectFormatException(Section, offset, $"{what}: {length} bytes from here reach outside the {Length} that there are.");
        }
    }
}
