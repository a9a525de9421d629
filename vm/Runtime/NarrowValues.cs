using System.Numerics;
using NearData.Isa.Programs;

namespace NearData.Vm;

/// <summary>
/// The values of a batch's field in 32 bits in place of 64: what is there, widened with its sign, is the value. A batch has either these or the
/// others; who needs those of a batch that has these calls <see cref="RecordBatch.FillFromNarrow"/>. Owned by its batch; not thread-safe.
/// </summary>
public sealed unsafe class NarrowValues
{
    private readonly int* _start;
    private readonly int _capacity;

    internal NarrowValues(int* start, int capacity, NumberRange range)
    {
        _start = start;
        _capacity = capacity;
        Range = range;
    }

    /// <summary>A value for each record that the batch has room for.</summary>
    public Span<int> Values => new(_start, _capacity);

    /// <summary>What all values of the batch's records are in, those of nulls too: compiled code relies on it. Whoever fills the batch sees to it.</summary>
    public NumberRange Range { get; }

    /// <summary>Whether the batch has values in 32 bits now, and no others.</summary>
    public bool IsUsed { get; set; }

    internal int* Start => _start;

    /// <summary>Widens some records' values.</summary>
    internal static void Widen(ReadOnlySpan<int> narrow, Span<long> wide)
    {
        int done = 0;
        for (; narrow.Length - done >= Vector<int>.Count; done += Vector<int>.Count)
        {
            Vector.Widen(new Vector<int>(narrow[done..]), out Vector<long> low, out Vector<long> high);
            low.CopyTo(wide[done..]);
            high.CopyTo(wide[(done + Vector<long>.Count)..]);
        }

        for (; done < narrow.Length; done++)
        {
            wide[done] = narrow[done];
        }
    }
}
