using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests.Maps;

/// <summary>Maps, and programs that use them.</summary>
internal static class MapFixture
{
    public static MapDefinition Define(MapType type, int keySize, int valueSize, int entries, uint flags = 0) =>
        new("map", MapRole.Declared, type, keySize, valueSize, entries, InitialValue: []) { Flags = flags };

    /// <summary>A map of its own.</summary>
    public static MapSet Make(MapDefinition definition, int cpus = 1) => new([definition], new MemoryBudget(1L << 30), cpus);

    public static byte[] Bytes(int number) => BitConverter.GetBytes(number);

    public static byte[] Bytes(long number) => BitConverter.GetBytes(number);

    /// <summary>A value of eight bytes, or null.</summary>
    public static long? Find(BpfMap map, byte[] key)
    {
        byte[] value = new byte[sizeof(long)];
        return map.Lookup(key, value) == MapError.None ? BitConverter.ToInt64(value) : null;
    }

    /// <summary>
    /// A program that returns what a helper does: r1 is the first map, r2 and r3 point to the memory's first and ninth byte where they
    /// are given as addresses, and are numbers otherwise.
    /// </summary>
    public static Program Call(int helper, MapDefinition map, params object[] arguments)
    {
        List<Instruction> code = [Move(R6, R1), .. LoadMap(R1, 0)];
        for (int argument = 0; argument < arguments.Length; argument++)
        {
            Register register = new((byte)(R2 + argument));
            if (arguments[argument] is At place)
            {
                code.AddRange([Move(register, R6), Instruction.Alu64(AluOperation.Add, register, place.Offset)]);
            }
            else
            {
                code.AddRange(LoadNumber(register, (int)arguments[argument]));
            }
        }

        return OverMemory(32, [.. code, Instruction.CallHelper(helper), Instruction.Exit], map);
    }

    /// <summary>Runs a program in the interpreter.</summary>
    public static long Run(Program program, MapSet maps, byte[] memory) =>
        (long)new Interpreter(program with { Maps = maps.Maps }, maps).Run(memory);

    /// <summary>An address in the program's memory.</summary>
    public sealed record At(int Offset);
}
