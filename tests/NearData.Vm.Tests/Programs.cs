using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests;

/// <summary>Makes programs out of instructions.</summary>
internal static class Programs
{
    /// <summary>A program over plain memory.</summary>
    public static Program OverMemory(int length, IEnumerable<Instruction> code, params ImmutableArray<MapDefinition> maps) => new()
    {
        Name = "test",
        Section = ".text",
        Kind = ProgramKind.Memory,
        Context = new ProgramContext.Memory(length),
        Code = [.. code],
        Maps = maps,
    };

    /// <summary>An array map that an author declares.</summary>
    public static MapDefinition Array(string name, int valueSize, int entries, MapRole role = MapRole.Declared) =>
        new(name, role, MapType.Array, KeySize: 4, valueSize, entries, InitialValue: []);

    /// <summary>The two slots that load a map.</summary>
    public static Instruction[] LoadMap(Register destination, int map) =>
        [new(Opcode.WideImmediate, destination, new Register((byte)WideImmediateKind.Map), 0, map), default];

    /// <summary>The two slots that load an address in a map's first value.</summary>
    public static Instruction[] LoadMapValue(Register destination, int map, int offset)
    {
        (Instruction first, Instruction second) = Instruction.LoadMapValue(destination, map, offset);
        return [first, second];
    }

    /// <summary>The two slots that load a number.</summary>
    public static Instruction[] LoadNumber(Register destination, long number)
    {
        (Instruction first, Instruction second) = Instruction.LoadNumber(destination, number);
        return [first, second];
    }

    public static Instruction Move(Register destination, Register source) => Instruction.Alu64(AluOperation.Move, destination, source);

    public static Instruction Move(Register destination, int number) => Instruction.Alu64(AluOperation.Move, destination, number);

    /// <summary>A call of a function of the program, by the distance from the next instruction.</summary>
    public static Instruction CallLocal(int distance) =>
        Instruction.CallHelper(distance) with { Source = new Register((byte)CallKind.Local) };
}
