using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NearData.Vm.Functions;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>
/// The texts of a batch's keys as codes of small dictionaries: each combination of codes has a number, from which the bytes of a key that don't come
/// of numbers are made. A key without texts has one combination. Not thread-safe.
/// </summary>
internal sealed unsafe class GroupTexts
{
    /// <summary>The most combinations of codes: with more, there are few records of each.</summary>
    public const int MostCombinations = 1 << 12;

    private readonly IrGroup _group;
    private readonly int[] _fields;
    private readonly (CodedValues? Coded, long Version)[] _current;
    private uint[] _combinations = [];
    private bool _isStarted;

    public GroupTexts(GroupMethod method)
    {
        _group = method.Group;
        _fields = [.. method.TextFields];
        _current = new (CodedValues?, long)[_fields.Length];
    }

    /// <summary>Whether all texts fit their places that have to: else the code isn't for them.</summary>
    public bool DoFit { get; private set; }

    /// <summary>Combinations that there can be.</summary>
    public int Count { get; private set; }

    /// <summary>Each record's combination of codes in the batch that was entered.</summary>
    public ReadOnlySpan<uint> Combinations => _combinations;

    /// <summary>Whether all texts of a batch's keys have codes, and there are few combinations.</summary>
    public bool AreFew(RecordBatch batch)
    {
        long combinations = 1;
        foreach (int field in _fields)
        {
            if (batch.Coded(field) is not { IsUsed: true } coded)
            {
                return false;
            }

            combinations *= coded.Entries;
            if (combinations > MostCombinations)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a batch's codes mean what those of the last one meant.</summary>
    public bool IsCurrent(RecordBatch batch)
    {
        for (int text = 0; text < _fields.Length; text++)
        {
            CodedValues coded = batch.Coded(_fields[text])!;
            if (!ReferenceEquals(coded, _current[text].Coded) || coded.Version != _current[text].Version)
            {
                return false;
            }
        }

        return _isStarted;
    }

    /// <summary>Codes mean what they mean in a batch from now on.</summary>
    public void Restart(RecordBatch batch)
    {
        Count = 1;
        for (int text = 0; text < _fields.Length; text++)
        {
            CodedValues coded = batch.Coded(_fields[text])!;
            _current[text] = (coded, coded.Version);
            Count *= coded.Entries;
        }

        DoFit = _group.Key.All(DoesFit);
        _isStarted = true;
    }

    /// <summary>Combines the codes of a batch's records.</summary>
    /// <exception cref="InvalidOperationException">A code is none of its dictionary's.</exception>
    public void Enter(RecordBatch batch)
    {
        if (_combinations.Length < batch.Count)
        {
            _combinations = new uint[batch.Capacity];
        }

        // Without texts all of them stay zeros.
        Span<uint> combinations = _combinations.AsSpan(0, _fields.Length == 0 ? 0 : batch.Count);
        combinations.Clear();
        foreach (int field in _fields)
        {
            CodedValues coded = batch.Coded(field)!;
            Combine(combinations, coded.Codes[..batch.Count], (uint)coded.Entries);
        }
    }

    /// <summary>Writes the texts and constants of a key; what comes of numbers stays as it is.</summary>
    public void Write(byte* key, uint combination)
    {
        Span<uint> codes = stackalloc uint[_fields.Length];
        for (int text = _fields.Length - 1; text >= 0; text--)
        {
            (combination, codes[text]) = uint.DivRem(combination, (uint)_current[text].Coded!.Entries);
        }

        foreach (IrKeyPart part in _group.Key)
        {
            if (part.TextField is { } field)
            {
                int text = Array.IndexOf(_fields, field);
                TextValue value = _current[text].Coded!.Dictionary[(int)codes[text]];
                StringFunctions.Copy((long)(key + part.Offset), part.Size, value.Data, value.Length);
            }
            else if (part.Value.IsConstant)
            {
                long number = part.Value.Number;
                Unsafe.CopyBlockUnaligned(key + part.Offset, &number, (uint)part.Size);
            }
        }
    }

    private bool DoesFit(IrKeyPart part)
    {
        if (!part.MustFit)
        {
            return true;
        }

        foreach (TextValue text in _current[Array.IndexOf(_fields, part.TextField)].Coded!.Dictionary)
        {
            if (text.Length > part.Size)
            {
                return false;
            }
        }

        return true;
    }

    // Whatever the codes are, no number of a combination lies outside the table of those that there can be.
    private static void Combine(Span<uint> combinations, ReadOnlySpan<uint> codes, uint entries)
    {
        Span<Vector<uint>> wide = MemoryMarshal.Cast<uint, Vector<uint>>(combinations);
        ReadOnlySpan<Vector<uint>> wideCodes = MemoryMarshal.Cast<uint, Vector<uint>>(codes);
        Vector<uint> greatest = Vector<uint>.Zero;
        Vector<uint> factor = new(entries);
        for (int at = 0; at < wide.Length; at++)
        {
            greatest = Vector.Max(greatest, wideCodes[at]);
            wide[at] = (wide[at] * factor) + wideCodes[at];
        }

        uint most = 0;
        for (int lane = 0; lane < Vector<uint>.Count; lane++)
        {
            most = uint.Max(most, greatest[lane]);
        }

        for (int record = wide.Length * Vector<uint>.Count; record < combinations.Length; record++)
        {
            most = uint.Max(most, codes[record]);
            combinations[record] = (combinations[record] * entries) + codes[record];
        }

        if (most >= entries && !codes.IsEmpty)
        {
            throw new InvalidOperationException($"A batch has code {most} of a dictionary with {entries} entries.");
        }
    }
}
