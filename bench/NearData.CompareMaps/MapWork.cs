using NearData.Isa;
using NearData.Isa.Programs;
using static NearData.Isa.Register;

namespace NearData.CompareMaps;

/// <summary>What is done to a map.</summary>
internal enum MapOperation
{
    Lookup,
    Update,
}

/// <summary>
/// The work that every contestant does: operations on a hash of <see cref="Entries"/> keys of 8 bytes with values of 8 bytes, all of
/// them there, at keys in the order of a linear congruential generator.
/// </summary>
internal static class MapWork
{
    public const int Entries = 1 << 16;

    /// <summary>Operations of one run of the program.</summary>
    public const int Unrolled = 64;

    private const int Multiplier = 0x5851f42d;
    private const int Increment = 0x14057b7f;
    private const int Shift = 40;
    private const int Spread = 29;

    public static readonly MapDefinition Hash = new("table", MapRole.Declared, MapType.Hash, 8, 8, Entries, []);

    private static readonly MapDefinition State = new(".data", MapRole.Data, MapType.Array, 4, 8, 1, []);

    /// <summary>The generator's next state.</summary>
    public static ulong Next(ulong state) => (state * Multiplier) + Increment;

    /// <summary>The key that a state stands for.</summary>
    public static long Key(ulong state) => KeyAt((int)(state >> Shift) & (Entries - 1));

    /// <summary>One of the keys: far apart, so that no hash is spared its work.</summary>
    public static long KeyAt(int number)
    {
        ulong spread = (ulong)number * Multiplier;
        return (long)(spread ^ (spread << Spread));
    }

    /// <summary>The work as a program, its generator's state in <c>.data</c>; the same slots run here and in the kernel.</summary>
    public static Program Program(MapOperation operation)
    {
        (Instruction first, Instruction second) = Instruction.LoadMapValue(R6, map: 1, offset: 0);
        List<Instruction> code = [first, second, Instruction.Load(MemorySize.DoubleWord, R7, R6, 0), Move(R8, 0)];
        for (int number = 0; number < Unrolled; number++)
        {
            code.AddRange(
                [Alu(AluOperation.Multiply, R7, Multiplier), Alu(AluOperation.Add, R7, Increment), Move(R3, R7),
                    Alu(AluOperation.ShiftRight, R3, Shift), Alu(AluOperation.And, R3, Entries - 1), Alu(AluOperation.Multiply, R3, Multiplier),
                    Move(R4, R3), Alu(AluOperation.ShiftLeft, R4, Spread), Instruction.Alu64(AluOperation.Xor, R3, R4),
                    Instruction.Store(MemorySize.DoubleWord, R10, -8, R3),
                    new(Opcode.WideImmediate, R1, new Register((byte)WideImmediateKind.Map), 0, 0), default, Move(R2, R10), Alu(AluOperation.Add, R2, -8)]);
            code.AddRange(operation == MapOperation.Lookup
                ? [Instruction.CallHelper(1), Instruction.Jump64(JumpOperation.Equal, R0, 0, 2),
                    Instruction.Load(MemorySize.DoubleWord, R3, R0, 0), Instruction.Alu64(AluOperation.Add, R8, R3)]
                : [Instruction.Store(MemorySize.DoubleWord, R10, -16, R7), Move(R3, R10), Alu(AluOperation.Add, R3, -16), Move(R4, 0),
                    Instruction.CallHelper(2), Instruction.Alu64(AluOperation.Add, R8, R0)]);
        }

        return new Program
        {
            Name = "work",
            Section = "xdp",
            Kind = ProgramKind.Memory,
            Context = new ProgramContext.Memory(0),
            Code = [.. code, Instruction.Store(MemorySize.DoubleWord, R6, 0, R7), Move(R0, R8), Instruction.Exit],
            Maps = [Hash, State],
        };
    }

    private static Instruction Move(Register destination, Register source) => Instruction.Alu64(AluOperation.Move, destination, source);

    private static Instruction Move(Register destination, int number) => Alu(AluOperation.Move, destination, number);

    private static Instruction Alu(AluOperation operation, Register destination, int number) =>
        Instruction.Alu64(operation, destination, number);
}
