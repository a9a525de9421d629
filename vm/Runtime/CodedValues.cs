using NearData.Vm.Memory;

namespace NearData.Vm;

/// <summary>
/// A text column of a batch as codes of a dictionary: a record's value is the entry that its code says. A batch may have either codes or
/// values; who needs the values of one with codes calls <see cref="RecordBatch.FillFromCodes"/>. Owned by its batch; not thread-safe.
/// </summary>
public sealed unsafe class CodedValues : IDisposable
{
    private readonly AlignedMemory _codes;
    private readonly int _capacity;
    private TextValue[] _dictionary = [];

    internal CodedValues(int capacity)
    {
        _capacity = capacity;
        _codes = new AlignedMemory(AlignedMemory.Align((long)capacity * sizeof(uint)));
    }

    /// <summary>A code for each record that the batch has room for, below the number of entries.</summary>
    public Span<uint> Codes => new(CodesStart, _capacity);

    /// <summary>The entries; where there are nulls, one is the value of those.</summary>
    public ReadOnlySpan<TextValue> Dictionary => _dictionary.AsSpan(0, Entries);

    /// <summary>Whether the batch has codes now, and no values.</summary>
    public bool IsUsed { get; set; }

    internal int Entries { get; private set; }

    /// <summary>Counts up with each dictionary.</summary>
    internal long Version { get; private set; }

    internal uint* CodesStart => (uint*)_codes.Start;

    /// <summary>Codes are of another dictionary from now on.</summary>
    /// <param name="entries">Copied; the texts stay where they are as long as there are codes of them.</param>
    public void SetDictionary(ReadOnlySpan<TextValue> entries)
    {
        if (_dictionary.Length < entries.Length)
        {
            _dictionary = new TextValue[entries.Length];
        }

        entries.CopyTo(_dictionary);
        Entries = entries.Length;
        Version++;
    }

    public void Dispose() => _codes.Dispose();
}
