using NearData.Client.Linq.Ir;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Objects;

namespace NearData.Client.Linq.Emission;

/// <summary>
/// Where on the stack a program keeps the keys of its lookups and the totals of the groups that its joins found, and the code that asks for a
/// group.
/// </summary>
internal sealed class LookupTable
{
    private readonly IReadOnlyList<Lookup> _lookups;
    private readonly Dictionary<string, (int Key, int Members)> _words = new(StringComparer.Ordinal);

    /// <param name="layout">Its lookups.</param>
    /// <param name="joins">The lookups whose groups' totals are kept.</param>
    /// <param name="reserved">Eight-byte places at the stack's end that are the caller's.</param>
    public LookupTable(DataLayout layout, JoinShape joins, int reserved)
    {
        _lookups = layout.Lookups;
        Words = reserved;
        foreach (Lookup lookup in _lookups)
        {
            int key = Words += lookup.Key.Count;
            Words += joins.Steps.Any(step => step.Lookup.Map == lookup.Map) ? lookup.Layout.Values.Length : 0;
            _words.Add(lookup.Map, (key, Words));
        }
    }

    /// <summary>Eight-byte places at the stack's end that are taken, the caller's too.</summary>
    public int Words { get; }

    /// <summary>Where a part of the key is kept, from the frame pointer.</summary>
    public short KeyPlace(Lookup lookup, int part) => Place(_words[lookup.Map].Key - part);

    /// <summary>Where a total is kept, from the frame pointer.</summary>
    public short MemberPlace(string map, int index) => Place(_words[map].Members - index);

    /// <summary>
    /// Leaves the address of the group in r0, or null. The row's address is in r1 before and after; every other register that a call may change
    /// is the caller's to save.
    /// </summary>
    /// <param name="code">Where to.</param>
    /// <param name="lookup">Its key is in its place.</param>
    /// <param name="rowPlace">Eight bytes of the stack that the row's address is kept in meanwhile.</param>
    public void WriteCall(CodeWriter code, Lookup lookup, short rowPlace)
    {
        code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, rowPlace, Register.R1));
        code.Add(Instruction.Alu64(AluOperation.Move, Register.R2, Register.R10));
        code.Add(Instruction.Alu64(AluOperation.Add, Register.R2, KeyPlace(lookup, 0)));
        code.Add(Instruction.LoadMap(Register.R1, ObjectBuilder.FirstFrozenMap + _lookups.ToList().IndexOf(lookup)));
        code.Add(Instruction.CallHelper(MapHelpers.Lookup.Number));
        code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, rowPlace));
    }

    private static short Place(int word) => (short)(-sizeof(long) * word);
}
