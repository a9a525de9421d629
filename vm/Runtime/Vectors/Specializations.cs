namespace NearData.Vm.Vectors;

/// <summary>
/// Vector code of one query for the parameters of some executions: they are constants in it, and what they decide is gone. The code for
/// those that were used last is kept. Thread-safe.
/// </summary>
/// <param name="compile">Makes the code for the bytes of <c>.rodata</c>.</param>
internal sealed class Specializations(Func<byte[], VectorQuery> compile)
{
    /// <summary>Sets of parameters that code is kept for: a dashboard's, or a benchmark's.</summary>
    public const int Most = 8;

    private readonly Lock _lock = new();

    // The last used last.
    private readonly List<(byte[] Constants, VectorQuery Code)> _kept = [];

    public VectorQuery Find(byte[] constants)
    {
        lock (_lock)
        {
            int index = _kept.FindIndex(entry => entry.Constants.AsSpan().SequenceEqual(constants));
            (byte[] Constants, VectorQuery Code) found = index >= 0 ? _kept[index] : (constants, compile(constants));
            if (index >= 0 || _kept.Count == Most)
            {
                _kept.RemoveAt(int.Max(index, 0));
            }

            _kept.Add(found);
            return found.Code;
        }
    }
}
