using NearData.Isa;
using NearData.Isa.Helpers;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests.Kernel.Generation;

/// <summary>
/// Random operations on maps. Each puts its key into a slot of the stack, loses r0 to r5 and gives those of them that hold numbers
/// new ones from the memory.
/// </summary>
internal sealed class MapCode(Random random, NumberCode numbers, MapCode.Places places)
{
    /// <summary>Where an operation finds things.</summary>
    /// <param name="Key">A word of the stack for the key.</param>
    /// <param name="Value">The place in the stack of a value's bytes, which are numbers.</param>
    /// <param name="Context">The slot of the stack that holds the context, in packet programs.</param>
    /// <param name="Reload">Gives a register a number.</param>
    public sealed record Places(short Key, short Value, short Context, Func<Register, Instruction> Reload);

    /// <summary>A lookup of a key that may not be there; where a value is found, an access to it.</summary>
    public Instruction[] Lookup(int map, int keys) =>
    [
        .. Key(keys),
        .. Call(map, MapHelpers.Lookup.Number),
        Instruction.Jump64(JumpOperation.Equal, R0, 0, 1),
        Access(),
        .. Reloads(),
    ];

    /// <summary>A lookup in a map of maps, and one of the same key in the map that it finds.</summary>
    public Instruction[] NestedLookup(int map, int keys) =>
    [
        .. Key(keys),
        .. Call(map, MapHelpers.Lookup.Number),
        Instruction.Jump64(JumpOperation.Equal, R0, 0, 6),
        Programs.Move(R1, R0),
        Programs.Move(R2, R10),
        Instruction.Alu64(AluOperation.Add, R2, places.Key),
        Instruction.CallHelper(MapHelpers.Lookup.Number),
        Instruction.Jump64(JumpOperation.Equal, R0, 0, 1),
        Access(),
        .. Reloads(),
    ];

    /// <summary>Sets a key's value, whether or not it is there, or only where it is or isn't; the error is a number.</summary>
    public Instruction[] Update(int map, int keys) =>
    [
        .. Key(keys),
        Programs.Move(R3, R10),
        Instruction.Alu64(AluOperation.Add, R3, places.Value),
        Programs.Move(R4, random.Next(3)),
        .. Call(map, MapHelpers.Update.Number),
        .. Reloads(Keep.R0),
    ];

    /// <summary>Deletes a key; the error is a number.</summary>
    public Instruction[] Delete(int map, int keys) => [.. Key(keys), .. Call(map, MapHelpers.Delete.Number), .. Reloads(Keep.R0)];

    /// <summary>Goes on in another program, where the entry has one.</summary>
    public Instruction[] TailCall(int map, int entries) =>
    [
        Programs.Move(R9, numbers.Any()),
        Instruction.Alu64(AluOperation.And, R9, entries - 1),
        Instruction.Load(MemorySize.DoubleWord, R1, R10, places.Context),
        .. Programs.LoadMap(R2, map),
        Programs.Move(R3, R9),
        Instruction.CallHelper(ControlHelpers.TailCall.Number),
        .. Reloads(),
    ];

    /// <summary>New numbers for the registers that a call loses.</summary>
    public IEnumerable<Instruction> Reloads(Keep keep = Keep.Nothing) =>
        numbers.Registers.Where(register => register.Number <= 5 && (keep == Keep.Nothing || register != R0)).Select(places.Reload);

    private Instruction[] Key(int keys) =>
    [
        Programs.Move(R9, numbers.Any()),
        Instruction.Alu64(AluOperation.And, R9, keys - 1),
        Instruction.Store(MemorySize.Word, R10, places.Key, R9),
    ];

    private Instruction[] Call(int map, int helper) =>
    [
        .. Programs.LoadMap(R1, map),
        Programs.Move(R2, R10),
        Instruction.Alu64(AluOperation.Add, R2, places.Key),
        Instruction.CallHelper(helper),
    ];

    private Instruction Access()
    {
        NumberCode others = new(random, R7, R8);
        short offset = (short)(8 * random.Next(GeneratedMaps.ValueSize / 8));
        return random.Next(3) switch
        {
            0 => others.Load(MemorySize.DoubleWord, R8, R0, offset),
            1 => others.Store(others.AnySize(), R0, offset),
            // Not compare-and-exchange, which takes r0 for itself.
            _ => Instruction.Atomic(others.Pick(AtomicOperation.AddFetch, AtomicOperation.Exchange, AtomicOperation.Xor), MemorySize.DoubleWord, R0, offset, R8),
        };
    }

    /// <summary>What a call leaves that is used.</summary>
    internal enum Keep
    {
        Nothing,
        R0,
    }
}
