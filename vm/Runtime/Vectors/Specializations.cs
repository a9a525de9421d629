namespace NearData.Vm.Vectors;

/// <summary>
/// Vector code of one query for the parameters and the narrow columns of some executions: parameters are constants in it, and what they decide
/// is gone. The code for those that were used last is kept. Thread-safe.
/// </summary>
/// <param name="compile">Makes the code for the bytes of <c>.rodata</c>, none where they may be any, and for columns that are read in 32 bits.</param>
internal sealed class Specializations(Func<byte[], NarrowColumns, VectorQuery> compile)
{
    /// <summary>Sets of parameters and columns that code is kept for: a dashboard's, or a benchmark's.</summary>
    public const int Most = 8;

    private readonly Lock _lock = new();

    // The last used last.
    private readonly List<(byte[] Constants, NarrowColumns Narrow, VectorQuery Code)> _kept = [];

    public VectorQuery Find(byte[] constants, NarrowColumns narrow)
    {
        lock (_lock)
        {
            int index = _kept.FindIndex(entry => entry.Constants.AsSpan().SequenceEqual(constants) && entry.Narrow.Equals(narrow));
            (byte[] Constants, NarrowColumns Narrow, VectorQuery Code) found = index >= 0 ? _kept[index] : (constants, narrow, compile(constants, narrow));
            if (index >= 0 || _kept.Count == Most)
            {
                _kept.RemoveAt(int.Max(index, 0));
            }

            _kept.Add(found);
            return found.Code;
        }
    }
}
