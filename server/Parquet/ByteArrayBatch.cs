using System.Runtime.InteropServices;
using System.Text;

namespace NearData.Parquet;

/// <summary>
/// Rows of bytes: one block of data with the offsets of each row in it. The batch owns its memory and keeps it when it is
/// cleared, so one batch serves a whole column. Not thread-safe.
/// </summary>
public sealed class ByteArrayBatch
{
    /// <summary>The most bytes that a batch holds: 256 MiB. Use fewer rows at once where values are longer.</summary>
    public const int MaximumDataLength = 256 << 20;

    private const int LeastDataLength = 64;

    // Rows that were located in them are still looked at.
    private readonly List<byte[]> _outgrown = [];

    private int[] _offsets = new int[1];
    private byte[] _validity = [];
    private byte[] _data = Allocate(LeastDataLength);

    /// <summary>Rows, nulls counted.</summary>
    public int Count { get; private set; }

    /// <summary>Where each row starts in <see cref="Data"/>, and behind the last one where it ends: one more than rows.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, Count + 1);

    /// <summary>The values of all rows; a null row has none.</summary>
    public ReadOnlySpan<byte> Data => _data.AsSpan(0, DataLength);

    /// <summary>Per row 1, or 0 for null.</summary>
    public ReadOnlySpan<byte> Validity => _validity.AsSpan(0, Count);

    /// <summary>The row's bytes; empty when it is null.</summary>
    public ReadOnlySpan<byte> this[int row] => Data[Offsets[row]..Offsets[row + 1]];

    private int DataLength => _offsets[Count];

    /// <summary>Whether the row is null.</summary>
    public bool IsNull(int row) => Validity[row] == 0;

    /// <summary>Takes all rows out.</summary>
    public void Clear()
    {
        Count = 0;
        _outgrown.Clear();
    }

    /// <summary>Where rows' values are: there they stay until the batch is cleared, as long as it is reachable.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="places">Filled, one for each row.</param>
    internal void Locate(int first, Span<BytesPlace> places)
    {
        nint start = Marshal.UnsafeAddrOfPinnedArrayElement(_data, 0);
        for (int row = 0; row < places.Length; row++)
        {
            int offset = _offsets[first + row];
            places[row] = new BytesPlace(_offsets[first + row + 1] - offset, start + offset);
        }
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="InvalidOperationException">The batch would exceed <see cref="MaximumDataLength"/>.</exception>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (!TryAdd(value))
        {
            throw Full();
        }
    }

    /// <summary>Adds a row of UTF-8 text.</summary>
    /// <exception cref="InvalidOperationException">The batch would exceed <see cref="MaximumDataLength"/>.</exception>
    public void Add(ReadOnlySpan<char> text)
    {
        if (!TryReserve(Encoding.UTF8.GetMaxByteCount(text.Length)))
        {
            throw Full();
        }

        Commit(Encoding.UTF8.GetBytes(text, _data.AsSpan(DataLength)), isPresent: 1);
    }

    /// <summary>Adds a row without a value.</summary>
    public void AddNull() => Commit(0, isPresent: 0);

    /// <summary>Adds a row; false when the batch would exceed <see cref="MaximumDataLength"/>.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> value)
    {
        if (!TryReserve(value.Length))
        {
            return false;
        }

        value.CopyTo(_data.AsSpan(DataLength));
        Commit(value.Length, isPresent: 1);
        return true;
    }

    /// <summary>
    /// Puts null rows between the last rows: as many rows as <paramref name="validity"/> has ones become as many as it has bytes.
    /// </summary>
    internal void SpreadOverNulls(ReadOnlySpan<byte> validity)
    {
        int present = validity.Count((byte)1);
        int first = Count - present;
        int last = Count;
        for (int missing = validity.Length - present; missing > 0; missing--)
        {
            AddNull();
        }

        for (int row = validity.Length - 1; row >= 0; row--)
        {
            _validity[first + row] = validity[row];
            _offsets[first + row + 1] = _offsets[last];
            last -= validity[row];
        }
    }

    // Pinned, so that programs can be given addresses.
    private static byte[] Allocate(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);

    private static InvalidOperationException Full() =>
        new($"A batch exceeds {MaximumDataLength} bytes: use fewer rows at once.");

    private bool TryReserve(int length)
    {
        long needed = (long)DataLength + length;
        if (needed > MaximumDataLength)
        {
            return false;
        }

        if (needed > _data.Length)
        {
            byte[] larger = Allocate((int)Math.Min(Math.Max(needed, _data.Length * 2L), MaximumDataLength));
            Data.CopyTo(larger);
            _outgrown.Add(_data);
            _data = larger;
        }

        return true;
    }

    private void Commit(int length, byte isPresent)
    {
        if (Count == _validity.Length)
        {
            int rows = Math.Max(64, Count * 2);
            Array.Resize(ref _validity, rows);
            Array.Resize(ref _offsets, rows + 1);
        }

        _validity[Count] = isPresent;
        _offsets[Count + 1] = DataLength + length;
        Count++;
    }
}
