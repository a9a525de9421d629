using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using NearData.Formats.Schemas;
using NearData.Formats.Splitting;
using NearData.Formats.Streams;

namespace NearData.Formats.Tests;

/// <summary>All rows of a file as text, read one way or another.</summary>
internal static class TextRows
{
    private static readonly ThreadLocal<TextVector> Text = new(() => new TextVector());

    /// <summary>What is inferred from all of it.</summary>
    public static TextSchema Infer(string file, byte[] text, SchemaFile? given = null)
    {
        SchemaGuess guess = SchemaGuess.Of(file, text, TextEnd.Closed, given);
        return new TextSchema(SchemaGuess.Unify([guess]), guess.Dialect);
    }

    /// <summary>In one piece.</summary>
    public static List<string?[]> Read(string file, byte[] text, TextSchema schema, int most = RecordReader.MostRecords)
    {
        List<string?[]> rows = [];
        RecordReader reader = Reader(file, schema);
        reader.Open(text, new TextPlace(0, 1), TextEnd.Closed);
        while (reader.Next(most) > 0)
        {
            Add(reader, rows);
        }

        return rows;
    }

    /// <summary>In ranges, cut at blocks.</summary>
    public static List<string?[]> ReadSplit(string file, byte[] text, TextSchema schema, int blockLength)
    {
        BlockCount[] blocks = [.. text.Chunk(blockLength).Select(block => BlockCount.Of(block, schema.Dialect?.Quote ?? 0))];
        ImmutableArray<RecordRange> ranges = RecordIndex.Build(file, text.Length, blocks, blockLength);
        List<string?[]> rows = [];
        RecordReader reader = Reader(file, schema);
        long offset = 0;
        foreach (RecordRange range in ranges)
        {
            Assert.Equal(offset, range.Start.Offset);
            Assert.Equal(text.AsSpan(0, (int)offset).Count((byte)'\n') + 1, range.Start.Line);
            offset += range.Length;
            reader.Open(text.AsMemory((int)range.Start.Offset, (int)range.Length), range.Start, TextEnd.Closed);
            int before = rows.Count;
            while (reader.Next(RecordReader.MostRecords) > 0)
            {
                Add(reader, rows);
            }

            Assert.InRange(rows.Count - before, 0, range.Records);
        }

        Assert.Equal(text.Length, offset);
        return rows;
    }

    /// <summary>Out of a compressed stream that comes in pieces, through a window.</summary>
    public static List<string?[]> ReadStream(string file, byte[] compressed, TextSchema schema, int pieceLength, int windowLength)
    {
        List<string?[]> rows = [];
        RecordReader reader = Reader(file, schema);
        using RecordStream stream = new(reader, StreamDecoder.Create(file, TextFileName.Of(file).Compression), windowLength);
        foreach (byte[] piece in compressed.Chunk(pieceLength))
        {
            stream.Feed(piece);
            do
            {
                if (stream.Next(RecordReader.MostRecords) > 0)
                {
                    Add(reader, rows);
                }
            }
            while (!stream.NeedsPiece);
        }

        while (stream.NextOfRest(RecordReader.MostRecords) > 0)
        {
            Add(reader, rows);
        }

        return rows;
    }

    public static byte[] Gzip(ReadOnlySpan<byte> text)
    {
        using MemoryStream compressed = new();
        using (GZipStream stream = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(text);
        }

        return compressed.ToArray();
    }

    private static RecordReader Reader(string file, TextSchema schema) =>
        RecordReader.Create(file, schema, Enumerable.Range(0, schema.Columns.Length));

    private static void Add(RecordReader reader, List<string?[]> rows)
    {
        string?[][] columns = [.. reader.Schema.Columns.Select((column, index) => Column(reader, column.Type, index))];
        for (int row = 0; row < reader.Count; row++)
        {
            rows.Add([.. columns.Select(column => column[row])]);
        }
    }

    private static string?[] Column(RecordReader reader, TextType type, int index) => type.Kind switch
    {
        TextKind.Text => Texts(reader, index),
        TextKind.Double => Numbers<double>(reader, index, value => value.ToString("R", CultureInfo.InvariantCulture)),
        TextKind.UInt64 => Numbers<ulong>(reader, index, value => value.ToString(CultureInfo.InvariantCulture)),
        TextKind.Decimal => Numbers<Int128>(reader, index, value => value.ToString(CultureInfo.InvariantCulture)),
        _ => Numbers<long>(reader, index, value => value.ToString(CultureInfo.InvariantCulture)),
    };

    private static string?[] Numbers<T>(RecordReader reader, int index, Func<T, string> show)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        T[] values = new T[reader.Count];
        byte[] validity = new byte[reader.Count];
        reader.Read<T>(index, values, validity);
        return [.. values.Select((value, row) => validity[row] == 1 ? show(value) : null)];
    }

    private static string?[] Texts(RecordReader reader, int index)
    {
        TextVector text = Text.Value!;
        TextAddress[] places = new TextAddress[reader.Count];
        byte[] validity = new byte[reader.Count];
        reader.Locate(index, text, places, validity);
        nint start = text.AddressOf(0);
        return [.. places.Select((place, row) => validity[row] == 1
            ? Encoding.UTF8.GetString(text.Data.Slice((int)(place.Address - start), (int)place.Length))
            : null)];
    }
}
