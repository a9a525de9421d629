using NearData.Isa.Programs;

namespace NearData.Vm.Vectors;

/// <summary>Records that a filter kept, brought together so that vectors take them one behind the other. Not thread-safe.</summary>
internal sealed unsafe class Survivors(RowLayout row, IEnumerable<int> fields) : IDisposable
{
    private readonly int[] _fields = [.. fields];
    private RecordBatch? _batch;

    /// <summary>The records at some positions of a batch. Valid until the next call.</summary>
    public RecordBatch Gather(RecordBatch source, int* positions, int count)
    {
        if (_batch is null || _batch.Capacity < source.Capacity)
        {
            _batch?.Dispose();
            _batch = new RecordBatch(row, _fields, source.Capacity);
        }

        _batch.Count = count;
        foreach (int field in _fields)
        {
            Gather(source, _batch, 2 * field, row.Fields[field].Type.Size(), positions, count);
            if (row.Fields[field].IsNullable)
            {
                Gather(source, _batch, (2 * field) + 1, size: 1, positions, count);
            }
        }

        return _batch;
    }

    public void Dispose() => _batch?.Dispose();

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
}
