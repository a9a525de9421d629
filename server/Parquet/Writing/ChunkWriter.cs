using System.Buffers;
using System.Runtime.InteropServices;
using NearData.Parquet.Encodings;
using NearData.Parquet.Values;

namespace NearData.Parquet.Writing;

/// <summary>
/// Collects one column's rows of one row group into pages. Values are turned into PLAIN bytes as they come; when a page is full
/// they go into the range, and into the page as they are or as dictionary codes. Serves one row group after the other.
/// </summary>
internal sealed class ChunkWriter(string file, ParquetColumn column, ParquetWriterOptions options, PageWriter pages)
{
    private readonly ArrayBufferWriter<byte> _plain = new();
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private readonly ArrayBufferWriter<byte> _dictionaryPage = new();
    private readonly ArrayBufferWriter<byte> _dataPages = new();
    private readonly byte[] _validity = new byte[PageRows(column, options)];
    private readonly uint[] _codes = new uint[PageRows(column, options)];
    private readonly RangeBuilder? _range = RangeBuilder.For(column);
    private readonly DictionaryBuilder? _dictionary =
        options.Dictionary == DictionaryUse.Never ? null : DictionaryBuilder.For(column);
    private readonly RangeBuilder? _pageRange = options.HasPageIndexes ? RangeBuilder.For(column) : null;
    private readonly BloomFilterBuilder? _bloomFilter =
        options.BloomFilters.Contains(column.Name) && column.PhysicalType != PhysicalType.Boolean ? new BloomFilterBuilder(StoredWidth.Of(column)) : null;
    private readonly SortedSet<PageEncoding> _encodings = [];
    private List<WrittenPage> _pages = [];
    private readonly DeltaByteArrayEncoder _byteArrays = new();
    private long[] _widened = [];
    private bool _usesDictionary;
    private int _pageRows;
    private int _pagePresent;
    private long _nulls;
    private long _uncompressed;

    /// <summary>Rows taken since the row group began.</summary>
    public int Rows { get; private set; }

    /// <summary>Begins a row group.</summary>
    public void Start()
    {
        _dataPages.ResetWrittenCount();
        _dictionaryPage.ResetWrittenCount();
        _encodings.Clear();
        _range?.Clear();
        _dictionary?.Clear();
        _bloomFilter?.Clear();
        _pages = [];
        _usesDictionary = _dictionary is not null;
        _nulls = 0;
        _uncompressed = 0;
        Rows = 0;
    }

    public void Write<T>(ReadOnlySpan<T> values, ReadOnlySpan<byte> validity)
        where T : unmanaged
    {
        PlainLayout<T> layout = LayoutOf<T>();
        for (int done = 0; done < values.Length;)
        {
            int rows = Math.Min(values.Length - done, _validity.Length - _pageRows);
            ReadOnlySpan<byte> valid = validity.IsEmpty ? [] : validity.Slice(done, rows);
            AddValues(layout, values.Slice(done, rows), valid);
            AddRows(rows, valid);
            done += rows;
        }
    }

    public void Write(ByteArrayBatch batch)
    {
        int width = StoredWidth.Of(column);
        if (column.PhysicalType is not (PhysicalType.ByteArray or PhysicalType.FixedLenByteArray or PhysicalType.Int96))
        {
            throw Wrong($"{column.Described} can't be written as bytes.");
        }

        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<byte> value = batch[row];
            if (!batch.IsNull(row))
            {
                AddBytes(value, width);
            }

            AddRows(1, batch.Validity.Slice(row, 1));
        }
    }

    /// <summary>Ends the row group's column and writes it out.</summary>
    /// <param name="offset">Where the output stands, in bytes from the file's start.</param>
    public WrittenChunk Finish(Stream output, long offset)
    {
        CutPage();
        if (_encodings.Contains(PageEncoding.RleDictionary))
        {
            _uncompressed += pages.WriteDictionary(_dictionary!.Entries.Span, _dictionary.Count, _dictionaryPage);
        }

        output.Write(_dictionaryPage.WrittenSpan);
        output.Write(_dataPages.WrittenSpan);
        (ReadOnlyMemory<byte> Min, ReadOnlyMemory<byte> Max)? range = _range?.Range;

        // Definition levels are RLE in every page; readers expect the chunk's list to say so.
        _encodings.Add(PageEncoding.Rle);
        ColumnChunk chunk = new()
        {
            Column = column,
            Codec = options.Codec,
            Offset = offset,
            CompressedLength = (long)_dictionaryPage.WrittenCount + _dataPages.WrittenCount,
            UncompressedLength = _uncompressed,
            ValueCount = Rows,
            Encodings = [.. _encodings],
            Statistics = new ColumnStatistics { Column = column, NullCount = _nulls, Min = range?.Min, Max = range?.Max, AreBoundsExact = range is not null && !IsFloating },
        };
        return new WrittenChunk(chunk, _dictionaryPage.WrittenCount, _pages, _bloomFilter?.Build());
    }

    // A bound of zero has the sign that is further away, whether or not such a zero occurs.
    private bool IsFloating => column.PhysicalType is PhysicalType.Float or PhysicalType.Double;

    /// <summary>Pages end at a row limit, or where the values' bytes would exceed theirs.</summary>
    private static int PageRows(ParquetColumn column, ParquetWriterOptions options) =>
        Math.Max(1, Math.Min(options.DataPageRows, options.DataPageBytes / Math.Max(1, StoredWidth.Of(column))));

    private PlainLayout<T> LayoutOf<T>()
        where T : unmanaged =>
        NumberLayouts.For<T>(column) ?? throw Wrong($"{column.Described} can't be written as {typeof(T).Name}.");

    private void AddValues<T>(PlainLayout<T> layout, ReadOnlySpan<T> values, ReadOnlySpan<byte> validity)
        where T : unmanaged
    {
        T rejected;
        bool taken = true;
        if (validity.IsEmpty || validity.IndexOf((byte)0) < 0)
        {
            taken = layout.TryEncode(values, _plain, out rejected);
        }
        else
        {
            T[] present = ArrayPool<T>.Shared.Rent(values.Length);
            int count = 0;
            for (int i = 0; i < values.Length; i++)
            {
                present[count] = values[i];
                count += validity[i] != 0 ? 1 : 0;
            }

            taken = layout.TryEncode(present.AsSpan(0, count), _plain, out rejected);
            ArrayPool<T>.Shared.Return(present);
        }

        if (!taken)
        {
            throw Wrong($"{column.Described} can't hold the value {rejected}.");
        }
    }

    private void AddBytes(ReadOnlySpan<byte> value, int width)
    {
        if (width == 0)
        {
            PrefixedBytes.Add(value, _plain);
        }
        else if (value.Length == width)
        {
            _plain.Write(value);
        }
        else
        {
            throw Wrong($"{column.Described} can't hold a value of {value.Length} bytes.");
        }
    }

    private void AddRows(int rows, ReadOnlySpan<byte> validity)
    {
        int present = validity.IsEmpty ? rows : rows - validity.Count((byte)0);
        if (present < rows && !column.IsNullable)
        {
            throw Wrong($"{column.Described} is required and can't hold a null.");
        }

        Span<byte> target = _validity.AsSpan(_pageRows, rows);
        if (present == rows)
        {
            target.Fill(1);
        }
        else
        {
            for (int i = 0; i < rows; i++)
            {
                target[i] = validity[i] != 0 ? (byte)1 : (byte)0;
            }
        }

        _pageRows += rows;
        _pagePresent += present;
        Rows += rows;
        if (_pageRows == _validity.Length || _plain.WrittenCount >= options.DataPageBytes)
        {
            CutPage();
        }
    }

    private void CutPage()
    {
        if (_pageRows == 0)
        {
            return;
        }

        _range?.Add(_plain.WrittenSpan, _pagePresent);
        _bloomFilter?.Add(_plain.WrittenSpan);
        int start = _dataPages.WrittenCount;
        (PageEncoding encoding, ReadOnlyMemory<byte> values) = Encode();
        ReadOnlySpan<byte> validity = column.IsNullable ? _validity.AsSpan(0, _pageRows) : [];
        _uncompressed += pages.WriteData(encoding, values.Span, _pageRows, validity, _dataPages);
        _encodings.Add(encoding);
        NotePage(start);
        _nulls += _pageRows - _pagePresent;
        _plain.ResetWrittenCount();
        _pageRows = 0;
        _pagePresent = 0;
    }

    private void NotePage(int start)
    {
        if (!options.HasPageIndexes)
        {
            return;
        }

        _pageRange?.Clear();
        _pageRange?.Add(_plain.WrittenSpan, _pagePresent);
        _pages.Add(new WrittenPage(
            start, _dataPages.WrittenCount - start, Rows - _pageRows, _pagePresent == 0, _pageRows - _pagePresent, _pageRange?.Range));
    }

    private (PageEncoding Encoding, ReadOnlyMemory<byte> Values) Encode()
    {
        _encoded.ResetWrittenCount();
        if (column.PhysicalType == PhysicalType.Boolean)
        {
            PackBooleans();
            return (PageEncoding.Plain, _encoded.WrittenMemory);
        }

        return _usesDictionary && _pagePresent > 0 && TryEncodeCodes()
            ? (PageEncoding.RleDictionary, _encoded.WrittenMemory)
            : EncodeValues();
    }

    private (PageEncoding Encoding, ReadOnlyMemory<byte> Values) EncodeValues()
    {
        PageEncoding encoding = WantedEncoding;
        int width = StoredWidth.Of(column);
        _encoded.ResetWrittenCount();
        switch (encoding)
        {
            case PageEncoding.DeltaBinaryPacked:
                DeltaEncoder.Encode(WidenedValues(width), isNarrow: width == sizeof(int), _encoded);
                break;
            case PageEncoding.DeltaLengthByteArray:
                _byteArrays.EncodeLengths(new PlainValues(_plain.WrittenSpan, width), _encoded);
                break;
            case PageEncoding.DeltaByteArray:
                _byteArrays.EncodeSharedPrefixes(new PlainValues(_plain.WrittenSpan, width), _encoded);
                break;
            case PageEncoding.ByteStreamSplit:
                StreamSplitEncoder.Encode(_plain.WrittenSpan, width, _encoded);
                break;
            default:
                return (encoding, _plain.WrittenMemory);
        }

        return (encoding, _encoded.WrittenMemory);
    }

    private PageEncoding WantedEncoding => (options.ValueEncoding, column.PhysicalType) switch
    {
        (ValueEncoding.Delta, PhysicalType.Int32 or PhysicalType.Int64) => PageEncoding.DeltaBinaryPacked,
        (ValueEncoding.Delta, PhysicalType.ByteArray) => PageEncoding.DeltaLengthByteArray,
        (ValueEncoding.SharedPrefix, PhysicalType.ByteArray or PhysicalType.FixedLenByteArray) => PageEncoding.DeltaByteArray,
        (ValueEncoding.StreamSplit, not (PhysicalType.ByteArray or PhysicalType.Int96)) => PageEncoding.ByteStreamSplit,
        _ => PageEncoding.Plain,
    };

    private ReadOnlySpan<long> WidenedValues(int width)
    {
        if (width == sizeof(long))
        {
            return MemoryMarshal.Cast<byte, long>(_plain.WrittenSpan);
        }

        ReadOnlySpan<int> narrow = MemoryMarshal.Cast<byte, int>(_plain.WrittenSpan);
        _widened = _widened.Length < narrow.Length ? new long[_codes.Length] : _widened;
        for (int i = 0; i < narrow.Length; i++)
        {
            _widened[i] = narrow[i];
        }

        return _widened.AsSpan(0, narrow.Length);
    }

    private bool TryEncodeCodes()
    {
        Span<uint> codes = _codes.AsSpan(0, _pagePresent);
        _dictionary!.Encode(_plain.WrittenSpan, codes);
        int width = (int)uint.Log2((uint)Math.Max(1, _dictionary.Count - 1)) + 1;
        _encoded.GetSpan(1)[0] = (byte)width;
        _encoded.Advance(1);
        RunEncoder.Encode(codes, width, _encoded);

        // A chunk whose first page with values grows by its dictionary does without; a later page may still use what is there.
        bool isFirst = !_encodings.Contains(PageEncoding.RleDictionary);
        bool pays = !isFirst || _dictionary.Entries.Length + _encoded.WrittenCount < _plain.WrittenCount;
        _usesDictionary = pays && _dictionary.Entries.Length <= options.DictionaryBytes;
        return pays;
    }

    private void PackBooleans()
    {
        ReadOnlySpan<byte> values = _plain.WrittenSpan;
        for (int i = 0; i < values.Length; i++)
        {
            _codes[i] = values[i] != 0 ? 1u : 0;
        }

        int length = (values.Length + 7) / 8;
        BitPacker.Pack(_codes.AsSpan(0, values.Length), width: 1, _encoded.GetSpan(length));
        _encoded.Advance(length);
    }

    private ColumnAccessException Wrong(string message) => new(file, column.Path, message);
}
