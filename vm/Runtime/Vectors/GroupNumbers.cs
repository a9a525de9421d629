using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NearData.Vm.Functions;
using NearData.Vm.Ir;
using NearData.Vm.Maps;

namespace NearData.Vm.Vectors;

/// <summary>
/// Numbers a worker's groups in the order in which their records come, by the codes of their keys' texts: keys are made, and groups looked for,
/// once for each combination of codes. A dictionary that is another than before begins from zero again. Not thread-safe.
/// </summary>
internal sealed unsafe class GroupNumbers
{
    /// <summary>The most combinations of codes: with more, there are few records of each.</summary>
    public const int MostCombinations = 1 << 12;

    /// <summary>The number of a combination of which there was no record.</summary>
    public const int Unknown = -1;

    private readonly GroupMap _map;
    private readonly IrGroup _group;
    private readonly int[] _fields;
    private readonly (CodedValues? Coded, long Version)[] _current;
    private readonly int[] _numbers = new int[MostCombinations];
    private readonly nint[] _values = new nint[MostCombinations];
    private readonly byte[] _key;
    private uint[] _combinations = [];

    public GroupNumbers(GroupMethod method, GroupMap map)
    {
        _map = map;
        _group = method.Group;
        _fields = [.. method.TextFields];
        _current = new (CodedValues?, long)[_fields.Length];
        _key = new byte[map.Definition.KeySize];
    }

    /// <summary>Whether all texts fit their places that have to: else the code isn't for them.</summary>
    public bool DoFit { get; private set; }

    /// <summary>Groups that have a number.</summary>
    public int Count { get; private set; }

    /// <summary>Each record's combination of codes in the batch that was entered.</summary>
    public ReadOnlySpan<uint> Combinations => _combinations;

    /// <summary>The number of each combination's group.</summary>
    public ReadOnlySpan<int> Numbers => _numbers;

    /// <summary>The value of a group in its map.</summary>
    public byte* Value(int number) => (byte*)_values[number];

    /// <summary>How many combinations of codes a batch can have; null where not all texts of the key have codes, or there are too many.</summary>
    public int? CombinationsOf(RecordBatch batch)
    {
        long combinations = 1;
        foreach (int field in _fields)
        {
            if (batch.Coded(field) is not { IsUsed: true } coded)
            {
                return null;
            }

            combinations *= coded.Entries;
            if (combinations > MostCombinations)
            {
                return null;
            }
        }

        return (int)combinations;
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

        return true;
    }

    /// <summary>Forgets all numbers: codes mean what they mean in a batch from now on.</summary>
    public void Restart(RecordBatch batch)
    {
        for (int text = 0; text < _fields.Length; text++)
        {
            CodedValues coded = batch.Coded(_fields[text])!;
            _current[text] = (coded, coded.Version);
        }

        Array.Fill(_numbers, Unknown);
        Count = 0;
        DoFit = _group.Key.All(DoesFit);
    }

    /// <summary>Combines the codes of a batch's records.</summary>
    /// <exception cref="InvalidOperationException">A code is none of its dictionary's.</exception>
    public void Enter(RecordBatch batch)
    {
        if (_combinations.Length < batch.Count)
        {
            _combinations = new uint[batch.Capacity];
        }

        Span<uint> combinations = _combinations.AsSpan(0, batch.Count);
        combinations.Clear();
        foreach (int field in _fields)
        {
            CodedValues coded = batch.Coded(field)!;
            Combine(combinations, coded.Codes[..batch.Count], (uint)coded.Entries);
        }
    }

    /// <summary>Gives the group of a record of the batch a number; makes the group where there is none.</summary>
    public int Add(int record)
    {
        uint combination = _combinations[record];
        if (_numbers[combination] != Unknown)
        {
            return _numbers[combination];
        }

        fixed (byte* key = _key)
        {
            WriteKey(key, combination);
            byte* value = _map.Lookup(key);
            _values[Count] = (nint)(value is null ? _map.Add(key) : value);
        }

        return _numbers[combination] = Count++;
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

    private void WriteKey(byte* key, uint combination)
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
            else
            {
                long number = part.Value.Number;
                Unsafe.CopyBlockUnaligned(key + part.Offset, &number, (uint)part.Size);
            }
        }
    }
}
