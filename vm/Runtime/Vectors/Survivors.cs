using NearData.Isa.Programs;

namespace NearData.Vm.Vectors;

/// <summary>Records that a filter kept, brought together so that vectors take them one behind the other. Not thread-safe.</summary>
/// <param name="row">What a record looks like.</param>
/// <param name="fields">Those that are brought together.</param>
/// <param name="narrow">Those of them that may stay in 32 bits.</param>
internal sealed unsafe class Survivors(RowLayout row, IEnumerable<int> fields, NarrowColumns narrow) : IDisposable
{
    private readonly int[] _fields = [.. fields];
    private RecordBatch? _batch;

    /// <summary>The records at some positions of a batch. Valid until the next call.</summary>
    /// <param name="source">The batch.</param>
    /// <param name="positions">The positions.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="staysNarrow">Whether values in 32 bits stay so where they may; else they are widened.</param>
    public RecordBatch Gather(RecordBatch source, int* positions, int count, bool staysNarrow)
    {
        if (_batch is null || _batch.Capacity < source.Capacity)
        {
            _batch?.Dispose();
            _batch = new RecordBatch(row, _fields, source.Capacity, narrow: narrow);
        }

        _batch.Count = count;
        foreach (int field in _fields)
        {
            Gather(source, _batch, field, positions, count, staysNarrow);
            if (row.Fields[field].IsNullable)
            {
                Gather(source, _batch, (2 * field) + 1, size: 1, positions, count);
            }
        }

        return _batch;
    }

    public void Dispose() => _batch?.Dispose();

    private void Gather(RecordBatch source, RecordBatch target, int field, int* positions, int count, bool staysNarrow)
    {
        bool isNarrow = source.Narrow(field) is { IsUsed: true };
        target.Narrow(field)?.IsUsed = isNarrow && staysNarrow;
        if (!isNarrow)
        {
            Gather(source, target, 2 * field, row.Fields[field].Type.Size(), positions, count);
        }
        else if (target.Narrow(field) is { IsUsed: true })
        {
            Gather(source, target, RecordBatch.NarrowEntry(row, field), sizeof(int), positions, count);
        }
        else
        {
            Widen(source.Narrow(field)!.Start, (long*)target.Columns[2 * field], positions, count);
        }
    }

    private static void Gather(RecordBatch source, RecordBatch target, int column, int size, int* positions, int count)
    {
        switch (size)
        {
            case 1:
                Gather(source.Columns[column], target.Columns[column], positions, count);
                break;
            case 2:
                Gather((ushort*)source.Columns[column], (ushort*)target.Columns[column], positions, count);
                break;
            case 4:
                Gather((uint*)source.Columns[column], (uint*)target.Columns[column], positions, count);
                break;
            default:
                Gather((ulong*)source.Columns[column], (ulong*)target.Columns[column], positions, count);
                break;
        }
    }

    private static void Gather<T>(T* source, T* target, int* positions, int count)
        where T : unmanaged
    {
        int* end = positions + count;
        for (int* fourth = positions + (count & ~3); positions < fourth; positions += 4, target += 4)
        {
            target[0] = source[positions[0]];
            target[1] = source[positions[1]];
            target[2] = source[positions[2]];
            target[3] = source[positions[3]];
        }

        while (positions < end)
        {
            *target++ = source[*positions++];
        }
    }

    private static void Widen(int* source, long* target, int* positions, int count)
    {
        for (int i = 0; i < count; i++)
        {
            target[i] = source[positions[i]];
        }
    }
}
