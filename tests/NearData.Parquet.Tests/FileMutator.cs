using System.Buffers.Binary;

namespace NearData.Parquet.Tests;

/// <summary>
/// Changes a file that is right where it matters: numbers in the footer, which may change their length, numbers in page headers,
/// page indexes and headers of bloom filters, which keep theirs, and the first bytes of pages, where levels, widths, counts and block
/// lengths stand, or any bytes of them.
/// </summary>
internal sealed class FileMutator
{
    private readonly byte[] _file;
    private readonly int _footerStart;
    private readonly ThriftNumbers _footer;
    private readonly List<ThriftNumbers> _structures = [];
    private readonly List<Range> _pages = [];

    public FileMutator(byte[] file)
    {
        _file = file;
        int footerLength = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        _footerStart = file.Length - 8 - footerLength;
        _footer = ThriftNumbers.Of(file, _footerStart);
        ParquetMetadata metadata = ParquetMetadata.Parse("right", file.Length, file.AsSpan(_footerStart, footerLength));
        foreach (ColumnChunk chunk in metadata.RowGroups.SelectMany(group => group.Chunks))
        {
            AddPages((int)chunk.Offset, (int)(chunk.Offset + chunk.CompressedLength));
            foreach (FileRange range in new[] { chunk.ColumnIndex, chunk.OffsetIndex, chunk.BloomFilter }.OfType<FileRange>())
            {
                _structures.Add(ThriftNumbers.Of(file, (int)range.Offset));
            }
        }
    }

    public byte[] Next(Random random)
    {
        byte[] changed = [.. _file];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(4))
            {
                case 0:
                    ChangeStructure(changed, random);
                    break;
                case 1:
                    ChangePage(changed, random);
                    break;
                default:
                    // At most once, and last: what follows it moves.
                    changes = 1;
                    changed = ChangeFooter(changed, random);
                    break;
            }
        }

        return changed;
    }

    private void AddPages(int start, int end)
    {
        while (start < end)
        {
            ThriftNumbers header = ThriftNumbers.Of(_file, start);
            Thrift.CompactReader reader = new(_file.AsSpan(start), "right", start);
            int length = Pages.PageHeader.Read(ref reader).CompressedLength;
            _structures.Add(header);
            _pages.Add(header.End..(header.End + length));
            start = header.End + length;
        }
    }

    private byte[] ChangeFooter(byte[] file, Random random)
    {
        if (random.Next(4) == 0)
        {
            file[_footer.Headers[random.Next(_footer.Headers.Count)]] = (byte)random.Next(256);
            return file;
        }

        Range number = _footer.Numbers[random.Next(_footer.Numbers.Count)];
        byte[] other = Varint(Interesting(random));
        byte[] changed = [.. file[..number.Start.Value], .. other, .. file[number.End.Value..]];
        int footerLength = changed.Length - 8 - _footerStart;
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(changed.Length - 8), footerLength);
        return changed;
    }

    private void ChangeStructure(byte[] file, Random random)
    {
        ThriftNumbers header = _structures[random.Next(_structures.Count)];
        if (random.Next(4) == 0)
        {
            file[header.Headers[random.Next(header.Headers.Count)]] = (byte)random.Next(256);
            return;
        }

        Range number = header.Numbers[random.Next(header.Numbers.Count)];
        ulong value = Interesting(random);
        Span<byte> place = file.AsSpan(number);
        for (int i = 0; i < place.Length; i++, value >>= 7)
        {
            place[i] = (byte)(value & 0x7F | (i < place.Length - 1 ? 0x80u : 0));
        }
    }

    private void ChangePage(byte[] file, Random random)
    {
        Range page = _pages[random.Next(_pages.Count)];
        Span<byte> body = file.AsSpan(page);
        if (body.IsEmpty)
        {
            return;
        }

        int at = random.Next(2) == 0 ? random.Next(Math.Min(body.Length, 16)) : random.Next(body.Length);
        body[at] = random.Next(4) switch { 0 => 0, 1 => 0xFF, 2 => (byte)(body[at] ^ (1 << random.Next(8))), _ => (byte)random.Next(256) };
    }

    private static ulong Interesting(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => (ulong)random.Next(20),
        2 => int.MaxValue * 2ul,
        3 => int.MaxValue * 2ul + 1,
        4 => ulong.MaxValue,
        5 => 1ul << random.Next(64),
        6 => (1ul << random.Next(64)) - 1,
        _ => (ulong)random.NextInt64(1 << 20),
    };

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
