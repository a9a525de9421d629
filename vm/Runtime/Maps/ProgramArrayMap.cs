using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>A program array: for each index the name of the program that a tail call goes on with, or none.</summary>
public sealed unsafe class ProgramArrayMap : BpfMap
{
    private readonly string?[] _programs;

    internal ProgramArrayMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, sizeof(long) * (Int128)definition.MaxEntries) => _programs = new string?[definition.MaxEntries];

    /// <summary>The name of the program at an index, or null where there is none or the index is past the end.</summary>
    public string? Find(uint index) => index < (uint)_programs.Length ? Volatile.Read(ref _programs[index]) : null;

    /// <summary>Puts a program at an index.</summary>
    public MapError Set(uint index, string program)
    {
        if (index >= (uint)_programs.Length)
        {
            return MapError.TooBig;
        }

        Volatile.Write(ref _programs[index], program);
        return MapError.None;
    }

    internal override MapError Update(byte* key, byte* value, ulong flags) => MapError.Invalid;

    internal override MapError Delete(byte* key)
    {
        uint index = Unsafe.ReadUnaligned<uint>(key);
        return index >= (uint)_programs.Length ? MapError.TooBig
            : Interlocked.Exchange(ref _programs[index], null) is null ? MapError.NoEntry
            : MapError.None;
    }

    internal override MapError NextKey(byte* key, byte* next) => ArrayKeys.Next(key, next, (uint)_programs.Length);

    private protected override MapError CopyOut(byte* key, byte* value, ulong flags)
    {
        if (Find(Unsafe.ReadUnaligned<uint>(key)) is null)
        {
            return MapError.NoEntry;
        }

        Unsafe.WriteUnaligned(value, 0);
        return MapError.None;
    }
}
