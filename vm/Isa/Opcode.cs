namespace NearData.Isa;

/// <summary>The low three bits of an opcode (RFC 9669, 3.3).</summary>
public enum InstructionClass : byte
{
    Load = 0,
    LoadX = 1,
    Store = 2,
    StoreX = 3,
    Alu = 4,
    Jump = 5,
    Jump32 = 6,
    Alu64 = 7,
}

/// <summary>
/// An instruction's first byte (RFC 9669, 3.1, 4 and 5).
/// <code>
///   arithmetic and jumps   7..4 operation   3 source   2..0 class
///   loads and stores       7..5 mode    4..3 size      2..0 class
/// </code>
/// </summary>
public readonly record struct Opcode(byte Value)
{
    /// <summary>The first slot of every 64-bit immediate load: class LD, mode IMM, size DW (RFC 9669, 5.4).</summary>
    public static readonly Opcode WideImmediate = Memory(InstructionClass.Load, MemoryMode.Immediate, MemorySize.DoubleWord);

    public InstructionClass Class => (InstructionClass)(Value & 0x07);

    public bool IsArithmetic => Class is InstructionClass.Alu or InstructionClass.Alu64;

    public bool IsJump => Class is InstructionClass.Jump or InstructionClass.Jump32;

    public bool IsMemory => !IsArithmetic && !IsJump;

    /// <summary>Whether the operand is the source register; otherwise the immediate. Arithmetic and jumps only.</summary>
    public bool UsesSourceRegister => (Value & 0x08) != 0;

    public AluOperation AluOperation => (AluOperation)(Value & 0xf0);

    public JumpOperation JumpOperation => (JumpOperation)(Value & 0xf0);

    public MemorySize Size => (MemorySize)(Value & 0x18);

    public MemoryMode Mode => (MemoryMode)(Value & 0xe0);

    public static Opcode Arithmetic(InstructionClass width, AluOperation operation, bool fromRegister) =>
        new((byte)((int)width | (int)operation | (fromRegister ? 0x08 : 0)));

    public static Opcode Jump(InstructionClass width, JumpOperation operation, bool fromRegister) =>
        new((byte)((int)width | (int)operation | (fromRegister ? 0x08 : 0)));

    public static Opcode Memory(InstructionClass direction, MemoryMode mode, MemorySize size) =>
        new((byte)((int)direction | (int)mode | (int)size));

    public override string ToString() => $"0x{Value:x2}";
}
